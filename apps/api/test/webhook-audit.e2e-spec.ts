import { createCauseway, unwrap, type CausewayClient } from '@causeway/client';
import {
  startMockProviders,
  startService,
  startWebhookReceiver,
  type MockProvidersProcess,
  type Service,
  type WebhookReceiver,
} from '@causeway/testing';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { someone } from './support/users.js';

/** What the audit log says of webhook endpoints, and the activity log of the attempts to deliver to them. */
let apart: MockProvidersProcess;
let receiver: WebhookReceiver;
let service: Service;
let client: CausewayClient;
beforeAll(async () => {
  [apart, receiver] = await Promise.all([startMockProviders(), startWebhookReceiver()]);
  await unlimited(apart.mockProviders);
  const env = { ...productionEnvironment(apart.mockProviders), WEBHOOK_PRIVATE_ADDRESSES: 'on' };
  service = await startService({ env });
  client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
}, 60_000);
afterEach(() => receiver.respond(204));
afterAll(() => Promise.all([service?.stop(), apart?.stop(), receiver?.stop()]));

const path = (id: string) => ({ params: { path: { id } } });

test('each change of an endpoint is in the audit log, without its path, its query and its secret', async () => {
  const { orgId } = someone();
  const url = `${receiver.url}/secret-path?token=secret-token`;
  const { id, secret } = await unwrap(client.POST('/webhook-endpoints', { body: { url, orgIds: [orgId] } }));
  const at = '/webhook-endpoints/{id}' as const;
  await unwrap(client.PATCH(at, { ...path(id), body: { description: 'billing', events: ['sync.failed'] } }));
  await unwrap(client.PATCH(at, { ...path(id), body: { disabled: true } }));
  await unwrap(client.PATCH(at, { ...path(id), body: { disabled: false } }));
  const rotated = await unwrap(client.POST(`${at}/rotate-secret`, { ...path(id), body: {} }));
  receiver.respond(410);
  await unwrap(client.POST(`${at}/test`, path(id)));
  await client.DELETE(at, path(id));
  const { events } = await unwrap(client.GET('/audit', { params: { query: { orgId } } }));
  const name = `${id} ${new URL(url).host}`;
  expect(events.map(({ type, actor, detail }) => [type, actor.kind, detail]).reverse()).toEqual([
    ['endpoint-made', 'operator', name],
    ['endpoint-changed', 'operator', `${name}: events, description`],
    ['endpoint-disabled', 'operator', `${name}: disabled`],
    ['endpoint-changed', 'operator', `${name}: disabled`],
    ['endpoint-secret-rotated', 'operator', name],
    ['endpoint-disabled', 'service', `${name}: responded with 410`],
    ['endpoint-deleted', 'operator', name],
  ]);
  for (const hidden of ['secret-path', 'secret-token', secret, rotated.secret])
    expect(JSON.stringify(events)).not.toContain(hidden);
});

test('what is refused is not in the audit log', async () => {
  const { orgId } = someone();
  const body = JSON.stringify({ url: 'no url', orgIds: [orgId] });
  const request = { method: 'POST', type: 'application/json', body };
  expect((await raw(`${service.url}/webhook-endpoints`, request)).response.status).toBe(400);
  const { events } = await unwrap(client.GET('/audit', { params: { query: { orgId } } }));
  expect(events).toEqual([]);
});

test('the exchange of the code and each attempt are in the activity of the connection', async () => {
  const user = someone();
  const url = `${receiver.url}/${user.orgId}?token=secret-token`;
  await unwrap(client.POST('/webhook-endpoints', { body: { url, orgIds: [user.orgId] } }));
  receiver.respond(503);
  const { id } = await connect(client, 'hubspot', user);
  const activity = async (kind: 'delivery' | 'exchange') =>
    (await unwrap(client.GET('/activity', { params: { query: { connectionId: id, kind } } }))).entries;
  const [exchange] = await activity('exchange');
  expect(exchange).toMatchObject({
    ok: true,
    ...user,
    integration: 'hubspot',
    method: 'POST',
    actor: { kind: 'user' },
  });
  expect(exchange?.path).toMatch(/token$/);
  expect(exchange?.requestId).not.toBeNull();
  await eventually(async () => expect(await activity('delivery')).toHaveLength(1));
  receiver.respond(204);
  await eventually(async () => expect(await activity('delivery')).toHaveLength(2), 20_000);
  const [second, first] = await activity('delivery');
  const common = {
    ...user,
    integration: 'hubspot',
    method: 'POST',
    path: new URL(url).host,
    actor: { kind: 'service' },
  };
  expect(first).toMatchObject({ ...common, ok: false, status: 503, retries: 0, detail: 'connection.created' });
  expect(second).toMatchObject({ ...common, ok: true, status: 204, retries: 1, detail: 'connection.created' });
  expect(JSON.stringify([first, second])).not.toContain('secret-token');
  // The request that caused it.
  const headers = { 'x-request-id': 'a-request-of-the-test' };
  await raw(`${service.url}/connections/${id}`, { method: 'DELETE', headers });
  await eventually(async () => {
    const [deleted] = await activity('delivery');
    expect(deleted).toMatchObject({ ok: true, detail: 'connection.deleted', requestId: 'a-request-of-the-test' });
  });
}, 60_000);
