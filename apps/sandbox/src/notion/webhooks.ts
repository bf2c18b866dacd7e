import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { hash } from '../data/hash.js';
import { uuid } from '../data/ids.js';
import { iso } from '../data/timestamps.js';
import type { ProviderEvent, WebhookRules } from '../webhooks/webhook-rules.js';
import { parentOf } from './objects.js';
import { botId, ownerId } from './users.js';
import { type DataSourceRef, type PageRef, pageRef, Workspace } from './workspace.js';

const HOUR = 3600;

/** developers.notion.com/reference/webhooks: ids only; the app fetches what has changed. */
export const notionWebhooks: WebhookRules = {
  // How long Notion waits is not documented.
  timeoutMs: 10_000,
  // Eight attempts with exponential backoff, the last one about 24 hours after the event.
  retryDelays: [60, 300, 0.5 * HOUR, HOUR, 3 * HOUR, 7 * HOUR, 12.4 * HOUR],
  batch: 1,
  isDated: false,
  newSecret: () => `secret_${randomBytes(33).toString('base64url')}`,
  // Whoever receives the first request knows the key of all signatures that follow.
  handshake: (secret) => ({ body: { verification_token: secret }, signed: false }),
  complete(event, { data, app, now }) {
    const owner = ownerId(data.account.id, data.seed);
    return {
      id: randomUUID(),
      timestamp: iso(now),
      workspace_id: data.account.id,
      workspace_name: data.account.name,
      subscription_id: uuid('subscription', 0, hash(app.clientId)),
      integration_id: uuid('integration', 0, hash(app.clientId)),
      authors: [{ id: uuid(`${data.seed}/user`, 0, 0), type: 'person' }],
      accessible_by: [
        ...(owner === undefined ? [] : [{ id: owner, type: 'person' }]),
        { id: botId(data.seed, app.clientId), type: 'bot' },
      ],
      attempt_number: 1,
      api_version: '2026-03-11',
      ...event,
    };
  },
  body: ([event], attempt) => ({ ...event, attempt_number: attempt }),
  headers: ({ secret, body }) => ({
    'x-notion-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }),
  sample(data, index) {
    const workspace = new Workspace(data);
    if (workspace.pages === 0) return undefined;
    return pageEvent(workspace, pageRef(index % workspace.pages), 'content_updated');
  },
};

/** Webhooks describe a parent otherwise than the API does. */
function eventParent(workspace: Workspace, ref: PageRef): object {
  const parent = parentOf(workspace, ref);
  if ('data_source_id' in parent)
    return { id: parent['database_id'], type: 'database', data_source_id: parent['data_source_id'] };
  if ('block_id' in parent) return { id: parent['block_id'], type: 'block' };
  return 'page_id' in parent
    ? { id: parent['page_id'], type: 'page' }
    : { id: workspace.data.account.id, type: 'space' };
}

/** What some events say beside the parent. */
const DETAILS: Record<string, object> = {
  content_updated: { updated_blocks: [] },
  properties_updated: { updated_properties: ['title'] },
};

export const pageEvent = (workspace: Workspace, ref: PageRef, what: string): ProviderEvent => ({
  type: `page.${what}`,
  entity: { id: workspace.id(ref), type: 'page' },
  data: { parent: eventParent(workspace, ref), ...DETAILS[what] },
});

export const dataSourceEvent = (workspace: Workspace, ref: DataSourceRef, what: string): ProviderEvent => ({
  type: `data_source.${what}`,
  entity: { id: workspace.id(ref), type: 'data_source' },
  data: { parent: { id: workspace.databaseId(workspace.databaseOf(ref.index)), type: 'database' }, ...DETAILS[what] },
});
