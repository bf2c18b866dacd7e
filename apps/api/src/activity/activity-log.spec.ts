import { randomBytes } from 'node:crypto';
import { Keyring } from '@causeway/crypto';
import { openStore, type Store } from '@causeway/store';
import { openTemporaryStore, startRedis } from '@causeway/testing';
import { EVERYWHERE, type Caller } from '../access/caller.js';
import { UpstreamUsage } from '../access/upstream-usage.js';
import { Metrics } from '../metrics/metrics.js';
import { partitionOf } from '../store/partition.js';
import { encodeEntry, encodeRecord, headOfRecord, type ActivityEntry, type ActivityResult } from './activity-entry.js';
import { ActivityLog } from './activity-log.js';
import { ActivityModule } from './activity.module.js';
import { OF_ALL } from './activity-logs.js';
import { ActivityReader, type ActivityFilter } from './activity-reader.js';
import { eraseActivity } from './erase-activity.js';

const keyring = new Keyring([{ id: 'k1', secret: randomBytes(32) }]);
const DAY_MS = 86_400_000;

async function redis() {
  const server = await startRedis();
  const store = await openStore({ kind: 'redis', url: server.url });
  return { store, remove: () => Promise.all([store.close(), server.stop()]) };
}

let organizations = 0;
const newOrganization = () => `org-${(organizations += 1)}`;
const connectionOf = (orgId: string, userId = 'ann') => ({
  id: `con_${partitionOf(orgId)}${'0'.repeat(20)}`,
  integration: 'hubspot',
  orgId,
  userId,
});
const call = (more: Partial<ActivityResult> = {}): ActivityResult => ({ kind: 'call', durationMs: 5, ...more });
const operator = { kind: 'operator', id: null } as const;

describe.each([
  ['embedded', openTemporaryStore],
  ['redis', redis],
])('the activity log, %s store', (_, open) => {
  let store: Store;
  let remove: () => Promise<unknown>;
  beforeAll(async () => {
    ({ store, remove } = await open());
  });
  afterAll(() => remove());

  const of = (entries = 1_000, days = 30, in_: Store = store) => {
    const config = { activity: { entries, days } };
    const metrics = new Metrics();
    const log = new ActivityLog(in_, metrics, config);
    return { log, metrics, reader: new ActivityReader(log, in_, keyring, config) };
  };
  async function all(reader: ActivityReader, filter: ActivityFilter, limit = 100, caller: Caller = EVERYWHERE) {
    const found: ActivityEntry[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await reader.page(filter, caller, limit, cursor);
      found.push(...page.entries);
      if (page.nextCursor === null) return found;
      cursor = page.nextCursor;
    }
  }

  test('gives back what was recorded, newest first, in pages, from the log of an organization and of all', async () => {
    const { log, reader } = of();
    const orgId = newOrganization();
    const usage = new UpstreamUsage('request-1');
    log.record(
      connectionOf(orgId),
      { kind: 'key', id: 'k', usage },
      {
        kind: 'proxy',
        method: 'GET',
        path: '/v1/x',
        status: 429,
        durationMs: 12.4,
        retries: 2,
        waitedMs: 7.6,
        problem: 'provider-rate-limited',
        detail: 'RATE_LIMIT',
      },
    );
    for (let pages = 1; pages <= 45; pages += 1)
      log.record(connectionOf(orgId), operator, call({ kind: 'load', pages, items: 0 }));
    for (const filter of [
      { orgId },
      { connectionId: connectionOf(orgId).id },
      { from: new Date(Date.now() - 60_000) },
    ]) {
      const entries = (await all(reader, filter, 7)).filter((entry) => entry.orgId === orgId);
      expect(entries.map(({ pages }) => pages)).toEqual([...Array.from({ length: 45 }, (_, i) => 45 - i), undefined]);
      expect(entries.at(-1)).toEqual({
        ...connectionOf(orgId),
        id: expect.stringMatching(/^act_[\w-]+$/),
        connectionId: connectionOf(orgId).id,
        at: expect.any(Number),
        actor: { kind: 'key', id: 'k' },
        requestId: 'request-1',
        kind: 'proxy',
        method: 'GET',
        path: '/v1/x',
        status: 429,
        durationMs: 12,
        retries: 2,
        waitedMs: 8,
        problem: 'provider-rate-limited',
        detail: 'RATE_LIMIT',
        pages: undefined,
        items: undefined,
      });
      expect(new Set(entries.map(({ id }) => id)).size).toBe(46);
    }
  });

  test('is searched by user, connection, request, kind, time and success', async () => {
    const { log, reader } = of();
    const orgId = newOrganization();
    const other = { ...connectionOf(orgId, 'bob'), id: connectionOf(orgId).id.replace(/0$/, '1') };
    log.record(connectionOf(orgId), { ...operator, usage: new UpstreamUsage('wanted') }, call({ pages: 1 }));
    log.record(connectionOf(orgId), operator, call({ pages: 2, problem: 'provider-timeout' }));
    log.record(other, operator, call({ pages: 3, status: 404 }));
    log.record(other, operator, call({ pages: 4, kind: 'refresh', status: 200 }));
    const found = async (filter: ActivityFilter) => (await all(reader, { orgId, ...filter })).map(({ pages }) => pages);
    expect(await found({})).toEqual([4, 3, 2, 1]);
    expect(await found({ userId: 'bob' })).toEqual([4, 3]);
    expect(await found({ connectionId: other.id })).toEqual([4, 3]);
    expect(await found({ requestId: 'wanted' })).toEqual([1]);
    expect(await found({ orgId: undefined, requestId: 'wanted' })).toEqual([1]);
    expect(await found({ kind: 'refresh' })).toEqual([4]);
    expect(await found({ status: 'failed' })).toEqual([3, 2]);
    expect(await found({ status: 'ok' })).toEqual([4, 1]);
    expect(await found({ to: new Date(Date.now() - 60_000) })).toEqual([]);
    expect(await found({ from: new Date(Date.now() + 60_000) })).toEqual([]);
  });

  test('shows a caller what it may act for, and refuses the cursor of another list', async () => {
    const { log, reader } = of();
    const [mine, theirs] = [newOrganization(), newOrganization()];
    for (const orgId of [mine, theirs])
      for (const userId of ['ann', 'bob']) log.record(connectionOf(orgId, userId), operator, call());
    const limited = { ...EVERYWHERE, orgIds: [mine, 'another'] };
    const session = { ...EVERYWHERE, orgIds: [mine], userId: 'bob' };
    const owners = async (caller: Caller, filter: ActivityFilter = {}) =>
      (await all(reader, filter, 1, caller)).map(({ orgId, userId }) => [orgId, userId]);
    expect(await owners(limited)).toEqual([
      [mine, 'bob'],
      [mine, 'ann'],
    ]);
    expect(await owners(limited, { connectionId: connectionOf(theirs).id })).toEqual([]);
    expect(await owners(session)).toEqual([[mine, 'bob']]);
    await expect(owners(limited, { orgId: theirs })).rejects.toMatchObject({ slug: 'forbidden' });
    await expect(owners(session, { userId: 'ann' })).rejects.toMatchObject({ slug: 'forbidden' });
    const { nextCursor } = await reader.page({}, limited, 1, undefined);
    for (const caller of [EVERYWHERE, session])
      await expect(reader.page({}, caller, 1, nextCursor ?? '')).rejects.toMatchObject({ slug: 'invalid-request' });
  });

  test('keeps the newest entries of each organization, and of none what is too old', async () => {
    const { log, reader } = of(1_000);
    const [busy, quiet] = [newOrganization(), newOrganization()];
    log.record(connectionOf(quiet), operator, call({ pages: 1 }));
    for (let pages = 1; pages <= 8_000; pages += 1) {
      log.record(connectionOf(busy), operator, call({ pages }));
      if (pages % 100 === 0) await log.write();
    }
    const kept = await all(reader, { orgId: busy }, 1_000);
    expect(kept.map(({ pages }) => pages)).toEqual(Array.from({ length: kept.length }, (_, i) => 8_000 - i));
    expect(kept.length).toBeGreaterThanOrEqual(1_000);
    expect(kept.length).toBeLessThanOrEqual(2_200);
    expect(await all(reader, { orgId: quiet })).toHaveLength(1);

    const aged = newOrganization();
    const old = encodeEntry('act_old', Date.now() - 3 * DAY_MS, connectionOf(aged), operator, call({ pages: 1 }));
    const append = [{ log: 'activity', entry: encodeRecord([old]), keep: 50, ttlMs: DAY_MS }];
    await store.commitIfUnchanged(partitionOf(aged), { append });
    log.record(connectionOf(aged), operator, call({ pages: 2 }));
    await log.write();
    const days = of(1_000, 2);
    expect((await all(days.reader, { orgId: aged })).map(({ pages }) => pages)).toEqual([2]);
    days.log.record(connectionOf(aged), operator, call({ pages: 3 }));
    await days.log.write();
    const records = await store.logFrom(partitionOf(aged), 'activity', 0, 10);
    expect(records.map(({ entry }) => headOfRecord(entry).count)).toEqual([1, 1]);
  });

  test('with no entries to keep writes nothing', async () => {
    const { log, reader } = of(0);
    const orgId = newOrganization();
    log.record(connectionOf(orgId), operator, call());
    expect(await all(reader, { orgId })).toEqual([]);
  });

  /** A store whose partitions can be unavailable for writes; `writes` has one for each append. */
  const unreliable = () => {
    const state = { away: (_: string): boolean => false, writes: [] as string[] };
    const commitIfUnchanged: Store['commitIfUnchanged'] = (partition, change) => {
      state.writes.push(partition);
      return state.away(partition) ? Promise.reject(new Error('away')) : store.commitIfUnchanged(partition, change);
    };
    return { state, unreliableStore: Object.assign(Object.create(store) as Store, { commitIfUnchanged }) };
  };
  const lostOf = async (metrics: Metrics) => (await metrics.activityLost.get()).values[0]?.value;

  test('waits for a store that is unavailable, and counts what it drops', async () => {
    const orgId = newOrganization();
    const { state, unreliableStore } = unreliable();
    state.away = () => true;
    const { log, metrics, reader } = of(10_000, 30, unreliableStore);
    for (let pages = 1; pages <= 6_000; pages += 1) log.record(connectionOf(orgId), operator, call({ pages }));
    await log.write();
    state.away = () => false;
    const { length } = state.writes;
    expect(await all(reader, { orgId }, 1_000)).toEqual([]);
    expect(state.writes).toHaveLength(length);
    await log.close();
    expect(await all(reader, { orgId }, 1_000)).toHaveLength(5_000);
    expect(await lostOf(metrics)).toBe(1_000);
  });

  test('writes again only to the logs that were unavailable', async () => {
    const [org, other] = [newOrganization(), newOrganization()];
    const { state, unreliableStore } = unreliable();
    state.away = (partition) => partition === partitionOf(org);
    const { log, metrics, reader } = of(1_000, 30, unreliableStore);
    for (const orgId of [org, other]) log.record(connectionOf(orgId), operator, call());
    await log.write();
    expect(new Set(state.writes)).toEqual(new Set([OF_ALL.partition, partitionOf(org), partitionOf(other)]));
    state.away = () => false;
    state.writes = [];
    await log.close();
    expect(state.writes).toEqual([partitionOf(org)]);
    const found = (await all(reader, {}, 1_000)).filter(({ orgId }) => [org, other].includes(orgId));
    expect(found.map(({ orgId }) => orgId)).toEqual([other, org]);
    expect(await all(reader, { orgId: org })).toHaveLength(1);
    expect(await all(reader, { orgId: other })).toHaveLength(1);
    expect(await lostOf(metrics)).toBe(0);
  });

  test('counts what cannot be written before the end as lost', async () => {
    const { state, unreliableStore } = unreliable();
    state.away = () => true;
    const { log, metrics } = of(1_000, 30, unreliableStore);
    for (let i = 0; i < 3; i += 1) log.record(connectionOf(newOrganization()), operator, call());
    await new ActivityModule(log).onApplicationShutdown();
    expect(await lostOf(metrics)).toBe(3);
  });

  test('keeps not much more than its number of entries, whatever the number of processes', async () => {
    const orgId = newOrganization();
    const logs = Array.from({ length: 20 }, () => of(1_000).log);
    let most = 0;
    for (let round = 0; round < 15; round += 1) {
      for (const log of logs) {
        for (let i = 0; i < 50; i += 1) log.record(connectionOf(orgId), operator, call());
        await log.write();
      }
      const records = await store.logFrom(partitionOf(orgId), 'activity', 0, 1_000);
      const kept = records.reduce((sum, { entry }) => sum + headOfRecord(entry).count, 0);
      if (round > 2) most = Math.max(most, kept);
    }
    expect(most).toBeGreaterThanOrEqual(1_000);
    expect(most).toBeLessThanOrEqual(2_200);
  }, 60_000);

  test('counts what is kept of a log when it sees it first', async () => {
    const orgId = newOrganization();
    const record = encodeRecord(
      Array.from({ length: 100 }, (_, i) => encodeEntry(`act_${i}`, Date.now(), connectionOf(orgId), operator, call())),
    );
    const append = Array.from({ length: 100 }, () => ({ log: 'activity', entry: record, keep: 1_000, ttlMs: DAY_MS }));
    await store.commitIfUnchanged(partitionOf(orgId), { append });
    const { log } = of(1_000);
    log.record(connectionOf(orgId), operator, call());
    await log.write();
    expect(await store.logFrom(partitionOf(orgId), 'activity', 0, 1_000)).toHaveLength(11);
  });

  test('finds what was written much later than others', async () => {
    const { reader } = of();
    const orgId = newOrganization();
    const ages = [60, 50, 3_600, 40];
    const append = ages.map((seconds) => ({
      log: 'activity',
      entry: encodeRecord([
        encodeEntry(`act_${seconds}`, Date.now() - 1_000 * seconds, connectionOf(orgId), operator, call()),
      ]),
      keep: 50,
      ttlMs: DAY_MS,
    }));
    await store.commitIfUnchanged(partitionOf(orgId), { append });
    const found = await all(reader, { orgId, from: new Date(Date.now() - 600_000) });
    expect(found.map(({ id }) => id)).toEqual(['act_40', 'act_50', 'act_60']);
  });

  test('is erased for an organization or a user, also from the log of all, and nothing of others', async () => {
    const { log, reader } = of();
    const [org, other] = [newOrganization(), newOrganization()];
    for (let i = 0; i < 30; i += 1)
      for (const owner of [connectionOf(org), connectionOf(org, 'bob'), connectionOf(other)])
        log.record(owner, operator, call());
    await log.write();
    const left = async () => {
      const entries = (await all(reader, {}, 1_000)).filter(({ orgId }) => [org, other].includes(orgId));
      const own = await all(reader, { orgId: org }, 1_000);
      return [own.length, entries.length, entries.filter(({ orgId }) => orgId === other).length];
    };
    expect(await left()).toEqual([60, 90, 30]);
    expect(await eraseActivity(store, { orgId: org, userId: 'bob' }, 30, true)).toBe(30);
    expect(await left()).toEqual([60, 90, 30]);
    expect(await eraseActivity(store, { orgId: org, userId: 'bob' }, 30, false)).toBe(30);
    expect(await left()).toEqual([30, 60, 30]);
    expect(await eraseActivity(store, { orgId: org, userId: null }, 30, false)).toBe(30);
    expect(await left()).toEqual([0, 30, 30]);
    log.record(connectionOf(org), operator, call());
    expect(await left()).toEqual([1, 31, 30]);
  });

  test('is erased in blocks, while others write', async () => {
    const [org, other, later] = [newOrganization(), newOrganization(), newOrganization()];
    const entry = (id: number, orgId: string) =>
      encodeEntry(`act_${id}`, Date.now(), connectionOf(orgId), operator, call({ pages: id }));
    // Of a few records nothing is left, at the beginning, within, and at the end.
    const ownerOf = (id: number) => (id < 250 || id > 700 || id % 3 === 0 ? org : other);
    const append = Array.from({ length: 900 }, (_, id) => ({
      log: OF_ALL.log,
      entry: encodeRecord([entry(id, ownerOf(id)), ...(id % 2 === 0 ? [] : [entry(id + 10_000, org)])]),
      keep: 10_000,
      ttlMs: DAY_MS,
    }));
    await store.commitIfUnchanged(OF_ALL.partition, { append });
    const { log, reader } = of();
    let [most, during] = [0, 0];
    const watched = Object.assign(Object.create(store) as Store, {
      commitIfUnchanged: async (...args: Parameters<Store['commitIfUnchanged']>) => {
        const isDone = await store.commitIfUnchanged(...args);
        most = Math.max(most, args[1].append?.length ?? 0);
        if ((args[1].append?.length ?? 0) > 0 && (during += 1) === 2) {
          log.record(connectionOf(later), operator, call());
          await log.write();
        }
        return isDone;
      },
      logFrom: (...args: Parameters<Store['logFrom']>) => {
        most = Math.max(most, args[3]);
        return store.logFrom(...args);
      },
    });
    await eraseActivity(watched, { orgId: org, userId: null }, 30, false);
    await log.close();
    expect(during).toBeGreaterThan(2);
    expect(most).toBeLessThanOrEqual(100);
    const found = (await all(reader, {}, 1_000)).filter(({ orgId }) => [org, other, later].includes(orgId));
    const kept = Array.from({ length: 900 }, (_, i) => 899 - i).filter((id) => ownerOf(id) === other);
    expect(found.map(({ orgId, pages }) => [orgId, pages])).toEqual([
      [later, undefined],
      ...kept.map((id) => [other, id]),
    ]);
    expect(await eraseActivity(store, { orgId: other, userId: null }, 30, false)).toBe(0);
    expect((await all(reader, {}, 1_000)).filter(({ orgId }) => orgId === other)).toEqual([]);
  });

  test('ends a page of a rare filter, and goes on from there', async () => {
    const { log, reader } = of(20_000);
    const orgId = newOrganization();
    log.record(connectionOf(orgId, 'rare'), operator, call());
    for (let i = 0; i < 10_500; i += 1) {
      log.record(connectionOf(orgId), operator, call());
      if (i % 400 === 0) await log.write();
    }
    const first = await reader.page({ orgId, userId: 'rare' }, EVERYWHERE, 10, undefined);
    expect(first).toEqual({ entries: [], nextCursor: expect.any(String) });
    const second = await reader.page({ orgId, userId: 'rare' }, EVERYWHERE, 10, first.nextCursor ?? '');
    expect([second.entries.length, second.nextCursor]).toEqual([1, null]);
    expect((await store.logBackwards(OF_ALL.partition, OF_ALL.log, 1))[0]?.entry.length).toBeGreaterThan(100);
  });
});
