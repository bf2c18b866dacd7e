import { fields, list, text } from '../core/fields.js';
import type { SandboxState } from '../core/sandbox-state.js';
import type { JournalSettings } from '../webhooks/event-journal.js';
import { required } from './control-error.js';
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
    const wanted = { ...journal.settings, ...body };
    const atEnd = required(
      AT_END.find((known) => known === wanted.atEnd),
      'atEnd must be 200, 204 or 404',
    );
    const gzip = required(
      GZIP.find((known) => known === wanted.gzip),
      'gzip must be no, named or unnamed',
    );
    journal.settings = { atEnd, gzip, fileUrl: text(wanted.fileUrl) ?? null };
    return journal.settings;
  });

  on('DELETE', '/journal/:offset', (_, { offset }) => ({ forgotten: journal.forget(offset ?? '') }));
}
