import {
  createCauseway,
  followSync,
  streamItems,
  unwrap,
  type CausewayClient,
  type Change,
  type Item,
} from '@causeway/client';
import { startMockProviders, startPostgres, startRedis, startService } from '@causeway/testing';
import type { MockProvidersProcess, PostgresServer, RedisServer, Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { FeedCopy } from './support/feed-copy.js';
import { ended } from './support/sync-runs.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { someone } from './support/users.js';

const SYNCS_PER_ORG = 4;

/** Syncs with the embedded store, and with Redis and PostgreSQL. */
let apart: MockProvidersProcess;
let redis: RedisServer;
let postgres: PostgresServer;
const services: Record<string, Service> = {};
beforeAll(async () => {
  [apart, redis, postgres] = await Promise.all([startMockProviders(), startRedis(), startPostgres()]);
  await unlimited(apart.mockProviders);
  const env = { ...productionEnvironment(apart.mockProviders), LIMIT_SYNCS_PER_ORG: String(SYNCS_PER_ORG) };
  const environments = {
    embedded: env,
    redis: { ...env, REDIS_URL: redis.url, DATABASE_URL: (await postgres.database()).url },
  };
  for (const [kind, own] of Object.entries(environments)) services[kind] = await startService({ env: own });
}, 60_000);
afterEach(async () => {
  await apart.mockProviders.clearFaults();
  await apart.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 250 } });
});
afterAll(async () => {
  await Promise.all([...Object.values(services).map((service) => service.stop()), apart?.stop(), redis?.stop()]);
  await postgres?.stop();
});

/** A fiftieth of the contacts, in a list of their own. */
const ARCHIVED = 5;
const KNOWN = 250 + ARCHIVED;

const path = (id: string) => ({ params: { path: { id } } });

/** Two sets of objects are compared each with each, which takes seconds. */
const byId = (items: readonly Item[]) => items.toSorted((one, other) => (one.id < other.id ? -1 : 1));

describe.each(['embedded', 'redis'])('with the %s store', (kind) => {
  const client = () => createCauseway({ baseUrl: services[kind]?.url ?? '', apiKey: ADMIN_KEY });

  async function synced(body: { types?: string[]; everySeconds?: number } = { types: ['contact'] }) {
    const user = someone();
    const { id: connectionId } = await connect(client(), 'hubspot', user);
    const sync = await unwrap(client().POST('/syncs', { body: { connectionId, ...body } }));
    return { user, connectionId, sync, copy: new FeedCopy(client(), sync.id) };
  }

  const run = async (id: string, full = false) =>
    unwrap(client().POST('/syncs/{id}/run', { ...path(id), body: { full } }));

  test('the first run begins by itself, and the feed and the list have what a load has', async () => {
    const { sync, connectionId, copy } = await synced();
    const first = await ended(client(), sync.id, 1);
    expect(first).toMatchObject({
      kind: 'full',
      outcome: 'complete',
      added: KNOWN,
      updated: 0,
      deleted: 0,
      problem: null,
    });
    const changes = await copy.read();
    expect(changes).toHaveLength(KNOWN);
    expect(new Set(changes.map(({ op }) => op))).toEqual(new Set(['upsert']));
    expect(changes.filter(({ item }) => item?.visibility === false)).toHaveLength(ARCHIVED);
    const loaded: Item[] = [];
    for await (const { item } of streamItems(client(), { connectionId, types: ['contact'], archived: true }))
      if (item !== undefined) loaded.push(item);
    expect(byId([...copy.items.values()])).toEqual(byId(loaded));
    const listed = await unwrap(
      client().GET('/syncs/{id}/items', { params: { path: { id: sync.id }, query: { limit: 1000, type: 'contact' } } }),
    );
    expect(byId(listed.items)).toEqual(byId(loaded));
    expect(await unwrap(client().GET('/syncs/{id}', path(sync.id)))).toMatchObject({
      status: 'active',
      items: KNOWN,
      types: ['contact'],
      everySeconds: 3600,
      fullEverySeconds: 86_400,
      lastRun: { id: first.id },
    });
  });

  test('a full pass deletes what is gone, with its evidence, and keeps what is archived as not visible', async () => {
    const { sync, copy } = await synced();
    await ended(client(), sync.id, 1);
    await copy.read();
    await apart.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 240 } });
    await run(sync.id);
    expect(await ended(client(), sync.id, 2)).toMatchObject({ kind: 'changes', updated: 0, deleted: 0 });
    await run(sync.id, true);
    const full = { kind: 'full', added: 0, updated: 5, deleted: 10, unchanged: 240 };
    expect(await ended(client(), sync.id, 3)).toMatchObject(full);
    const changes = await copy.read();
    const [archived, deleted] = [
      changes.filter(({ op }) => op === 'upsert'),
      changes.filter(({ op }) => op === 'delete'),
    ];
    expect(archived.map(({ item, evidence }) => [item?.visibility, evidence])).toEqual(Array(5).fill([false, null]));
    expect(deleted.map(({ item, evidence }) => [item, evidence])).toEqual(Array(10).fill([null, 'inferred']));
    await apart.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 250 } });
    await run(sync.id, true);
    expect(await ended(client(), sync.id, 4)).toMatchObject({ added: 10, updated: 5, deleted: 0 });
    expect(await copy.read()).toHaveLength(15);
    expect(copy.items.size).toBe(KNOWN);
  });

  test('more than half of a type at once is held back until the next full pass says the same', async () => {
    const { sync, copy } = await synced();
    await ended(client(), sync.id, 1);
    await apart.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 100 } });
    await run(sync.id, true);
    expect(await ended(client(), sync.id, 2)).toMatchObject({ outcome: 'complete', deleted: 0 });
    await copy.read();
    expect(copy.items.size).toBe(KNOWN);
    await run(sync.id, true);
    expect(await ended(client(), sync.id, 3)).toMatchObject({ outcome: 'complete', deleted: KNOWN - 102 });
    await copy.read();
    expect(copy.items.size).toBe(102);
    // What was said of the first mass deletion is not said of the next one.
    await apart.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 40 } });
    await run(sync.id, true);
    expect(await ended(client(), sync.id, 4)).toMatchObject({ outcome: 'complete', deleted: 0 });
    await run(sync.id, true);
    expect(await ended(client(), sync.id, 5)).toMatchObject({ outcome: 'complete', deleted: 102 - 41 });
  });

  test('a pass that is not complete deletes nothing, and says why', async () => {
    const { sync, copy } = await synced();
    await ended(client(), sync.id, 1);
    await copy.read();
    await apart.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 240 } });
    const on = '/crm/objects/2026-09/contacts';
    await apart.mockProviders.fault({ provider: 'hubspot', on, kind: 'server-error', status: 500, skip: 1 });
    await run(sync.id, true);
    const incomplete = await ended(client(), sync.id, 2);
    expect(incomplete).toMatchObject({ outcome: 'incomplete', deleted: 0, problem: { slug: 'provider-unavailable' } });
    expect(await copy.read()).toEqual([]);
    expect(await unwrap(client().GET('/syncs/{id}', path(sync.id)))).toMatchObject({ status: 'failing', items: KNOWN });
  });

  test('a run goes on from its page after its process was killed, and repeats no change', async () => {
    const { sync, copy } = await synced();
    await ended(client(), sync.id, 1);
    await copy.read();
    await apart.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 2_000 } });
    await apart.mockProviders.clearLog();
    const on = '/crm/objects/2026-09/contacts';
    await apart.mockProviders.fault({ provider: 'hubspot', on, kind: 'latency', ms: 150 });
    await run(sync.id, true);
    await eventually(async () => {
      const { items: known } = await unwrap(client().GET('/syncs/{id}', path(sync.id)));
      expect(known).toBeGreaterThanOrEqual(800);
    }, 30_000);
    const early = await copy.read();
    await services[kind]?.kill();
    await services[kind]?.restart();
    const again = new FeedCopy(client(), sync.id);
    again.cursor = copy.cursor;
    // Forty are archived then; the five that were are not any more.
    const all = { outcome: 'complete', kind: 'full', added: 2_040 - KNOWN, updated: ARCHIVED, unchanged: 250 };
    expect(await ended(client(), sync.id, 2)).toMatchObject(all);
    const late = await again.read();
    expect(late.length + early.length).toBe(2_040 - 250);
    expect(late.filter(({ id }) => early.some((seen) => seen.id === id))).toEqual([]);
    await apart.mockProviders.clearFaults();
    await unwrap(client().DELETE('/syncs/{id}', path(sync.id)));
  }, 120_000);

  test('the same connection, types and parent are one sync, whose intervals are set again', async () => {
    const { sync, connectionId } = await synced();
    const body = { connectionId, types: ['contact'], everySeconds: 120 };
    const again = await client().POST('/syncs', { body });
    expect([again.response.status, again.data?.id, again.data?.everySeconds]).toEqual([200, sync.id, 120]);
    const other = await client().POST('/syncs', { body: { ...body, types: ['company'] } });
    expect(other.response.status).toBe(201);
    const { syncs } = await unwrap(client().GET('/syncs', { params: { query: { connectionId } } }));
    expect(syncs.map(({ id }) => id)).toEqual([other.data?.id, sync.id]);
  });

  test('an organization has no more syncs than its limit; asking for one that is there is no new one', async () => {
    const { connectionId, sync } = await synced();
    const create = (types: string[]) => client().POST('/syncs', { body: { connectionId, types } });
    const others = [['company'], ['deal'], ['ticket'], ['contact', 'company'], ['contact', 'deal'], ['deal', 'ticket']];
    const made = await Promise.all(others.map(create));
    expect(made.filter(({ response }) => response.status === 201)).toHaveLength(SYNCS_PER_ORG - 1);
    const refused = made.filter(({ response }) => response.status !== 201);
    for (const one of refused) {
      expectProblem(one, 'too-many-requests', 429);
      expect(one.response.headers.get('retry-after')).toBe('60');
      expect(one.error?.detail).toContain(`${SYNCS_PER_ORG} syncs`);
    }
    expect((await create(['contact'])).response.status).toBe(200);
    await synced();
    await client().DELETE('/syncs/{id}', path(sync.id));
    expect((await create(['contact'])).response.status).toBe(201);
  });

  test('a paused sync runs when it is asked to, and has no next run', async () => {
    const { sync } = await synced();
    await ended(client(), sync.id, 1);
    const paused = await unwrap(client().PATCH('/syncs/{id}', { ...path(sync.id), body: { paused: true } }));
    expect(paused).toMatchObject({ status: 'paused', nextRunAt: null });
    await run(sync.id);
    await ended(client(), sync.id, 2);
    expect(await unwrap(client().GET('/syncs/{id}', path(sync.id)))).toMatchObject({
      status: 'paused',
      nextRunAt: null,
    });
    const active = await unwrap(client().PATCH('/syncs/{id}', { ...path(sync.id), body: { paused: false } }));
    expect(active.status).toBe('active');
  });

  test('a grant that is gone stops the sync and deletes nothing', async () => {
    const { sync, copy, user, connectionId } = await synced();
    await ended(client(), sync.id, 1);
    await apart.mockProviders.revoke({ provider: 'hubspot' });
    await run(sync.id);
    expect(await ended(client(), sync.id, 2)).toMatchObject({ problem: { slug: 'needs-reconnect' }, deleted: 0 });
    const broken = await unwrap(client().GET('/syncs/{id}', path(sync.id)));
    expect(broken).toMatchObject({ status: 'needs-reconnect', nextRunAt: null });
    await copy.read();
    expect(copy.items.size).toBe(KNOWN);
    await connect(client(), 'hubspot', user, { connectionId });
    expect(await unwrap(client().GET('/syncs/{id}', path(sync.id)))).toMatchObject({ status: 'active' });
  });

  test('disconnecting removes the syncs of the connection', async () => {
    const { sync, connectionId, user } = await synced();
    await ended(client(), sync.id, 1);
    await client().DELETE('/connections/{id}', path(connectionId));
    expectProblem(await client().GET('/syncs/{id}', path(sync.id)), 'unknown-sync', 404);
    const { syncs } = await unwrap(client().GET('/syncs', { params: { query: { orgId: user.orgId } } }));
    expect(syncs).toEqual([]);
  });

  test('a feed can be streamed', async () => {
    const { sync, copy } = await synced();
    await ended(client(), sync.id, 1);
    const url = `${services[kind]?.url}/syncs/${sync.id}/changes`;
    const streamed = await raw(url, { key: ADMIN_KEY, headers: { accept: 'application/x-ndjson' } });
    const lines = streamed.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { end?: { nextCursor: string } });
    expect(lines).toHaveLength(KNOWN + 1);
    copy.cursor = lines.at(-1)?.end?.nextCursor ?? '';
    expect(await copy.read()).toEqual([]);
  });

  test('a feed can be waited for, also while the service restarts', async () => {
    const { sync, copy } = await synced();
    await ended(client(), sync.id, 1);
    await copy.read();
    const controller = new AbortController();
    const { signal } = controller;
    const read: Change[] = [];
    const following = (async () => {
      for await (const page of followSync(client(), { syncId: sync.id, cursor: copy.cursor, signal }))
        read.push(...page.changes);
    })();
    const end = expect(following).rejects.toBe('enough');
    await apart.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 251 } });
    await run(sync.id, true);
    // One was archived before, and two are new among what is.
    expect(await ended(client(), sync.id, 2)).toMatchObject({ added: 2, updated: 1 });
    await eventually(() => expect(read).toHaveLength(3));
    expect(read.map(({ item }) => item?.visibility)).toEqual([true, false, false]);
    await services[kind]?.kill();
    await services[kind]?.restart();
    await apart.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 252 } });
    await run(sync.id, true);
    await eventually(() => expect(read).toHaveLength(5), 60_000);
    controller.abort('enough');
    await end;
  }, 120_000);

  test('a request that waits ends when the service drains, and is refused when its session has ended', async () => {
    const { sync, user, copy } = await synced();
    await ended(client(), sync.id, 1);
    await copy.read();
    const query = { cursor: copy.cursor ?? '', waitSeconds: 30 };
    const waiting = (reader: CausewayClient) =>
      reader.GET('/syncs/{id}/changes', { params: { ...path(sync.id).params, query } });
    const { id, token } = await unwrap(
      client().POST('/sessions', { body: { ...user, scopes: ['syncs:read'], expiresInSeconds: 900 } }),
    );
    const refused = waiting(createCauseway({ baseUrl: services[kind]?.url ?? '', apiKey: token }));
    // Until it waits, for nothing else says that it does.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await client().DELETE('/sessions/{id}', path(id));
    await apart.mockProviders.resize({ provider: 'hubspot', sizes: { contacts: 251 } });
    await run(sync.id, true);
    expectProblem(await refused, 'unauthenticated', 401);
    await ended(client(), sync.id, 2);
    await copy.read();
    query.cursor = copy.cursor ?? '';
    const drained = waiting(client());
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const restarted = services[kind]?.restart();
    expect((await drained).data).toMatchObject({ changes: [], more: false });
    await restarted;
  }, 60_000);

  test('a session has the syncs of its own user only', async () => {
    const { sync, user } = await synced();
    const sessionOf = async (owner: { orgId: string; userId: string }) => {
      const { token } = await unwrap(client().POST('/sessions', { body: owner }));
      return createCauseway({ baseUrl: services[kind]?.url ?? '', apiKey: token });
    };
    const own = await sessionOf(user);
    expect((await unwrap(own.GET('/syncs'))).syncs.map(({ id }) => id)).toEqual([sync.id]);
    const other = await sessionOf({ ...user, userId: 'somebody-else' });
    expect((await unwrap(other.GET('/syncs'))).syncs).toEqual([]);
    for (const route of ['/syncs/{id}', '/syncs/{id}/runs', '/syncs/{id}/changes', '/syncs/{id}/items'] as const)
      expectProblem(await other.GET(route, path(sync.id)), 'unknown-sync', 404);
    expectProblem(await other.DELETE('/syncs/{id}', path(sync.id)), 'unknown-sync', 404);
  });
});

test('with Redis and without PostgreSQL, syncs are refused', async () => {
  const apartRedis = await startRedis();
  const service = await startService({
    env: { ...productionEnvironment(apart.mockProviders), REDIS_URL: apartRedis.url },
  });
  try {
    const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
    expectProblem(await client.GET('/syncs'), 'syncs-not-configured', 409);
    const { id: connectionId } = await connect(client, 'hubspot', someone());
    expectProblem(await client.POST('/syncs', { body: { connectionId } }), 'syncs-not-configured', 409);
  } finally {
    await service.stop();
    await apartRedis.stop();
  }
});
