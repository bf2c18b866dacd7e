import { createCauseway, unwrap, type CausewayClient, type WebhookEvent } from '@causeway/client';
import { startService, type ReceivedWebhook, type Service } from '@causeway/testing';
import { Webhook } from 'standardwebhooks';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { listen } from './support/listen.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, productionEnvironment } from './support/production.js';
import { raw } from './support/raw.js';
import { someone, type User } from './support/users.js';
import { STORES, WebhookSuite, type StoreKind } from './support/webhook-suite.js';

/** Webhooks to the customer, with the embedded store, and with Redis and PostgreSQL. */
let suite: WebhookSuite;
let services: Record<StoreKind, Service>;
beforeAll(async () => {
  suite = await WebhookSuite.start();
  const env = { ...productionEnvironment(suite.mockProviders), WEBHOOK_PRIVATE_ADDRESSES: 'on' };
  services = await suite.forEachStore((store) => startService({ env: { ...env, ...store } }));
}, 60_000);
afterEach(() => suite.receiver.respond(204));
afterAll(() => suite?.stop());

const path = (id: string) => ({ params: { path: { id } } });

describe.each(STORES)('with the %s store', (kind) => {
  const service = () => services[kind];
  const client = (): CausewayClient => createCauseway({ baseUrl: service().url, apiKey: ADMIN_KEY });

  const endpointFor = (user: User, ...settings: [Parameters<WebhookSuite['endpointFor']>[2]?]) =>
    suite.endpointFor(client(), user, ...settings);

  const deliveries = async (id: string) =>
    (await unwrap(client().GET('/webhook-endpoints/{id}/deliveries', path(id)))).deliveries;

  test('tells of connections, signed so that the library of the specification accepts it', async () => {
    const user = someone();
    const { endpoint, received } = await endpointFor(user);
    const { id } = await connect(client(), 'hubspot', user);
    await client().DELETE('/connections/{id}', path(id));
    await eventually(() => expect(received().length).toBeGreaterThanOrEqual(2));
    const webhook = new Webhook(endpoint.secret);
    const events = received().map(({ body, headers }) =>
      webhook.verify(body, headers as Record<string, string>),
    ) as WebhookEvent[];
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['connection.created', 'connection.deleted']));
    expect(events[0]).toMatchObject({ data: { id, ...user, integration: 'hubspot', status: 'active' } });
    expect(() => new Webhook('whsec_AAAA').verify(received()[0]?.body ?? '', {})).toThrow();
    // The receiver has them before the service notes that.
    await eventually(async () => {
      const listed = await deliveries(endpoint.id);
      expect(listed.map(({ id }) => id).sort()).toEqual(
        received()
          .map(({ headers }) => headers['webhook-id'])
          .sort(),
      );
      expect(listed[0]).toMatchObject({
        status: 'delivered',
        attempts: [{ status: 204, error: null }],
        nextAttemptAt: null,
      });
    });
  });

  test('sends what failed again with the same id, and stops at a 410', async () => {
    const user = someone();
    const { endpoint, received } = await endpointFor(user);
    suite.receiver.respond(302);
    await connect(client(), 'hubspot', user);
    const [first] = await eventually(() => {
      expect(received()).toHaveLength(1);
      return received() as [ReceivedWebhook];
    });
    const at = `/webhook-endpoints/${endpoint.id}`;
    await eventually(async () => {
      const [delivery] = await deliveries(endpoint.id);
      expect(delivery).toMatchObject({ status: 'pending', attempts: [{ status: 302 }] });
      const wait = Date.parse(delivery?.nextAttemptAt ?? '') - Date.parse(delivery?.attempts[0]?.at ?? '');
      expect(wait).toBeGreaterThanOrEqual(5_000);
      expect(wait).toBeLessThan(10_000);
    });
    expect(await unwrap(client().GET('/webhook-endpoints/{id}', path(endpoint.id)))).toMatchObject({
      status: 'failing',
    });
    suite.receiver.respond(410);
    await eventually(() => expect(received()).toHaveLength(2), 20_000);
    expect(received()[1]?.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(received()[1]?.body).toBe(first.body);
    await eventually(async () => {
      const endpointNow = await unwrap(client().GET('/webhook-endpoints/{id}', path(endpoint.id)));
      expect(endpointNow.status).toBe('disabled');
    });
    // What happens meanwhile is kept, and sent by `recover`.
    suite.receiver.respond(204);
    await connect(client(), 'notion', user);
    await client().PATCH('/webhook-endpoints/{id}', { ...path(endpoint.id), body: { disabled: false } });
    const since = '2026-01-01T00:00:00Z';
    expect(
      (
        await raw(`${service().url}${at}/recover`, {
          method: 'POST',
          key: ADMIN_KEY,
          type: 'application/json',
          body: JSON.stringify({ since }),
        })
      ).response.status,
    ).toBe(202);
    await eventually(async () =>
      expect((await deliveries(endpoint.id)).map(({ status }) => status)).toEqual(['delivered', 'delivered']),
    );
  }, 60_000);

  test('tells of the runs of a sync, at the endpoint and in the event stream', async () => {
    const user = someone();
    const { events } = await endpointFor(user);
    const stream = await listen(`${service().url}/events?orgId=${user.orgId}`, ADMIN_KEY);
    const { id: connectionId } = await connect(client(), 'hubspot', user);
    const sync = await unwrap(client().POST('/syncs', { body: { connectionId, types: ['contact'] } }));
    const data = { syncId: sync.id, connectionId, added: 255, updated: 0, deleted: 0 };
    await eventually(() => expect(stream.heard.map(({ event }) => event)).toContain('sync.completed'), 30_000);
    expect(stream.heard.find(({ event }) => event === 'sync.completed')?.data).toEqual(data);
    await eventually(async () =>
      expect(await events()).toContainEqual(expect.objectContaining({ type: 'sync.completed', data })),
    );
    stream.stop();
  }, 60_000);

  test('every event before a crash is delivered, with one id', async () => {
    const user = someone();
    suite.receiver.respond('hang');
    const { received } = await endpointFor(user, { events: ['connection.created'] });
    for (const integration of ['hubspot', 'notion', 'slack']) await connect(client(), integration, user);
    await service().kill();
    suite.receiver.respond(204);
    await service().restart();
    const arrived = () => received().filter(({ status }) => status === 204);
    await eventually(() => expect(arrived().length).toBeGreaterThanOrEqual(3), 60_000);
    const all = arrived().map(({ headers }) => headers['webhook-id']);
    expect(new Set(all).size).toBe(3);
    expect(new Set(received().map(({ headers }) => headers['webhook-id'])).size).toBe(3);
  }, 120_000);

  test('a session has no part in endpoints, and a key of one organization only in its own', async () => {
    const [mine, theirs] = [someone(), someone()];
    const { endpoint } = await endpointFor(theirs);
    const { key } = await unwrap(
      client().POST('/keys', {
        body: { name: 'k', scopes: ['webhooks:read', 'webhooks:write'], orgIds: [mine.orgId] },
      }),
    );
    const limited = createCauseway({ baseUrl: service().url, apiKey: key });
    expect((await unwrap(limited.GET('/webhook-endpoints'))).endpoints).toEqual([]);
    expectProblem(await raw(`${service().url}/webhook-endpoints/${endpoint.id}`, { key }), 'unknown-endpoint', 404);
    const own = await unwrap(limited.POST('/webhook-endpoints', { body: { url: suite.receiver.url } }));
    expect(own.orgIds).toEqual([mine.orgId]);
    const { token } = await unwrap(client().POST('/sessions', { body: { ...theirs, scopes: ['connections:read'] } }));
    expectProblem(await raw(`${service().url}/webhook-endpoints`, { key: token }), 'forbidden', 403);
  });
});

test('connects to no private address in production, whatever the name says', async () => {
  const { service, hits, stop } = await startWatched();
  try {
    const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
    const port = new URL(suite.receiver.url).port;
    for (const url of [
      `http://hooks.example.com/`,
      `https://127.0.0.1:${port}/`,
      `https://[::ffff:127.0.0.1]:${port}/`,
    ]) {
      const body = JSON.stringify({ url });
      const answer = await raw(`${service.url}/webhook-endpoints`, {
        method: 'POST',
        key: ADMIN_KEY,
        type: 'application/json',
        body,
      });
      expectProblem(answer, 'invalid-request', 400);
    }
    const endpoint = await unwrap(client.POST('/webhook-endpoints', { body: { url: `https://localhost:${port}/` } }));
    const sent = await unwrap(client.POST('/webhook-endpoints/{id}/test', path(endpoint.id)));
    expect(sent).toMatchObject({ status: 'pending', attempts: [{ status: null }] });
    expect(hits()).toBe(0);
  } finally {
    await stop();
  }
});

/** A service that does not lift the restriction, and how often its receiver was connected to. */
async function startWatched() {
  const before = suite.receiver.received.length;
  const service = await startService({ env: productionEnvironment(suite.mockProviders) });
  return { service, hits: () => suite.receiver.received.length - before, stop: () => service.stop() };
}
