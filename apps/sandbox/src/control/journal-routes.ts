import { fields, list, text } from '../core/fields.js';
import type { SandboxState } from '../core/sandbox-state.js';
import type { JournalSettings } from '../webhooks/event-journal.js';
import { ControlError } from './control-error.js';
import type { OnControl } from './control-route.js';
import type { ReadJournal } from './control-types.js';

const AT_END: readonly JournalSettings['atEnd'][] = [200, 204, 404];
const GZIP: readonly JournalSettings['gzip'][] = ['no', 'named', 'unnamed'];

/** HubSpot's journal: what apps have read of it, and events that a test wants in it. */
export function journalRoutes(on: OnControl, sandbox: SandboxState): void {
  const { journal } = sandbox;

  on('GET', '/journal', (): ReadJournal => ({
    subscriptions: journal.subscriptions.map(({ id, clientId, fields: asked }) => ({ id, clientId, ...asked })),
    entries: journal.of(undefined, sandbox.now()).map((entry) => ({ ...entry, events: entry.events.length })),
  }));

  on('POST', '/journal', (body) => {
    const events = list(body['events']).map(fields);
    const { offset } = journal.add(text(body['clientId']) ?? 'sandbox-hubspot', events, sandbox.now());
    return { offset };
  });

  on('PUT', '/journal', (body) => {
    const { atEnd, gzip, fileUrl } = { ...journal.settings, ...body } as JournalSettings;
    if (!AT_END.includes(atEnd) || !GZIP.includes(gzip)) throw new ControlError('no such setting of the journal');
    journal.settings = { atEnd, gzip, fileUrl: text(fileUrl) ?? null };
    return journal.settings;
  });

  on('DELETE', '/journal/subscriptions', () => {
    journal.subscriptions = [];
    return {};
  });
}
