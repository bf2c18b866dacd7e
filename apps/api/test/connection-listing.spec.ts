import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { openStore, type KeyValueStore, type Store } from '@causeway/store';
import { openTemporaryStore, startRedis } from '@causeway/testing';
import { SERVICE } from '../src/access/actor.js';
import { DIRECTORY, indexMember } from '../src/connections/connection-index.js';
import { isFoundBy, statusOf } from '../src/connections/connection-listing.js';
import type { ConnectionFilter } from '../src/connections/connection-reader.js';
import { connectionKey, type ConnectionRecord } from '../src/connections/connection-record.js';
import { partitionOf } from '../src/store/partition.js';
import { PROBLEM, recordOf, writeAsEarlierVersion } from './support/records.js';
import { connectionsOn } from './support/repository.js';

// The same cases in every run, so that no change fails by another one's luck; another seed searches elsewhere.
fc.configureGlobal({ seed: 20261127 });

type Connections = ReturnType<typeof connectionsOn>;

const CONNECTED = { type: 'connected', actor: { kind: 'service', id: null } } as const;
const CHANGED = { auditEntry: CONNECTED, event: 'connection.updated' } as const;
const ORGS = ['org-1', 'Org-2', 'other'];
const USERS = ['ann', 'Bob', 'org-1'];
const INTEGRATIONS = ['notion', 'slack'];
const NAMES = ['Acme', 'ÅKERLUND & söhne', 'Acme 7'];
const FILTERS: ConnectionFilter[] = [undefined, ...ORGS].flatMap((orgId) =>
  [undefined, 'ann', 'org-1'].flatMap((userId) =>
    [undefined, 'slack', 'nothing'].flatMap((integration) =>
      ([undefined, 'active', 'needs-reconnect'] as const).flatMap((status) =>
        [undefined, 'acme', 'åker söhne', 'ORG-2'].map((search) => {
          return { orgId, userId, integration, status, search };
        }),
      ),
    ),
  ),
);

async function all({ repository }: Connections, filter: ConnectionFilter, limit: number): Promise<ConnectionRecord[]> {
  const records: ConnectionRecord[] = [];
  for (let after: string | null = null; ;) {
    const page: Awaited<ReturnType<typeof repository.list>> = await repository.list(filter, limit, after);
    records.push(...page.found.map(({ record }) => record));
    if (page.last === null) return records;
    after = page.last;
  }
}

function filtered(records: readonly ConnectionRecord[], filter: ConnectionFilter): ConnectionRecord[] {
  const { orgId, userId, integration, status, search } = filter;
  return records.filter(
    (record) =>
      (orgId ?? record.orgId) === record.orgId &&
      (userId ?? record.userId) === record.userId &&
      (integration ?? record.integration) === record.integration &&
      (status ?? statusOf(record)) === statusOf(record) &&
      isFoundBy(record, search ?? ''),
  );
}

const idsOf = (records: readonly ConnectionRecord[]) => records.map(({ id }) => id);

/** Every filtered list is what the filter leaves of the list of all. */
async function expectExact(connections: Connections): Promise<void> {
  const { listing } = connections;
  expect(listing.isComplete).toBe(true);
  const records = await all(connections, {}, 1_000);
  for (const filter of FILTERS) {
    const expected = filtered(records, filter);
    const limit = expected.length < 2 ? 1_000 : randomInt(1, expected.length + 1);
    expect({ filter, ids: idsOf(await all(connections, filter, limit)) }).toEqual({ filter, ids: idsOf(expected) });
  }
}

/** The counts are those of the lists. */
async function expectExactCounts(connections: Connections): Promise<void> {
  const records = await all(connections, {}, 1_000);
  for (const orgId of [undefined, ...ORGS]) {
    const listed = filtered(records, { orgId });
    const counts = await connections.repository.counts({ orgId });
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(listed.length);
    for (const { integration, status, count } of counts)
      expect(count).toBe(filtered(listed, { integration, status }).length);
  }
}

/** Fails, or is never answered, from the n-th commit on: what was committed before stays. */
function interrupted(store: Store, commits: number): { store: Store; wasInterrupted: () => boolean } {
  let left = commits;
  const commitIfUnchanged: KeyValueStore['commitIfUnchanged'] = async (...change) => {
    if ((left -= 1) < 0) throw new Error('interrupted');
    return store.commitIfUnchanged(...change);
  };
  return { store: Object.assign({}, store, { commitIfUnchanged }), wasInterrupted: () => left < 0 };
}

describe.each(['embedded', 'redis'] as const)('connections in the %s store', (kind) => {
  let store: Store;
  let stop: () => Promise<void>;
  let connections: Connections;
  beforeAll(async () => {
    if (kind === 'embedded') {
      const { store: opened, remove } = await openTemporaryStore();
      [store, stop] = [opened, remove];
      return;
    }
    const redis = await startRedis();
    store = await openStore({ kind: 'redis', url: redis.url });
    stop = async () => {
      await store.close();
      await redis.stop();
    };
  });
  afterAll(() => stop());
  beforeEach(async () => {
    connections = connectionsOn(store);
    for (const { id } of await all(connections, {}, 1_000)) await connections.repository.remove(id, SERVICE);
    await connections.maintenance.maintain();
  });

  const create = async ({ repository }: Connections, more: Partial<ConnectionRecord> = {}) => {
    const record = recordOf({ orgId: 'org-1', ...more });
    expect(await repository.create(record, CONNECTED)).toBe(true);
    return record.id;
  };

  it('are in exactly the lists that their filters say, whatever several processes do with them at a time', async () => {
    const change = fc.record({
      what: fc.constantFrom('create', 'create', 'mark', 'mark', 'reconnect', 'rename', 'reseal', 'remove'),
      which: fc.nat(20),
      org: fc.constantFrom(...ORGS),
      user: fc.constantFrom(...USERS),
      integration: fc.constantFrom(...INTEGRATIONS),
      name: fc.constantFrom(...NAMES),
    });
    const processes = [connections, connectionsOn(store), connectionsOn(store)];
    for (const { maintenance } of processes) await maintenance.maintain();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 8 }), { minLength: 3, maxLength: 3 }), async (plans) => {
        for (const { id } of await all(connections, {}, 1_000)) await connections.repository.remove(id, SERVICE);
        const untouched = await create(connections, { userId: 'untouched', integration: 'slack', problem: PROBLEM });
        const ids = [await create(connections), await create(connections, { orgId: 'Org-2' })];
        const reading = { on: true };
        const reader = (async () => {
          while (reading.on) {
            const listed = await all(connections, { status: 'needs-reconnect', integration: 'slack' }, 2);
            expect(idsOf(listed).filter((id) => id === untouched)).toHaveLength(1);
            await sleep(5);
          }
        })();
        const changing = Promise.all(
          plans.map(async (plan, at) => {
            const { repository } = processes[at] ?? connections;
            for (const { what, which, org, user, integration, name } of plan) {
              const id = ids[which % ids.length] ?? '';
              const account = { id: '1', name, url: null };
              if (what === 'create')
                ids.push(
                  await create({ ...connections, repository }, { orgId: org, userId: user, integration, account }),
                );
              else if (what === 'mark')
                await repository.update(id, (record) => ({ ...record, problem: PROBLEM }), CHANGED);
              else if (what === 'reconnect')
                await repository.update(id, (record) => ({ ...record, problem: null, account }), CHANGED);
              else if (what === 'rename') await repository.update(id, (record) => ({ ...record, account }), null);
              else if (what === 'reseal')
                await repository.update(id, (record) => ({ ...record, credential: randomUUID() }), null);
              else await repository.remove(id, SERVICE);
            }
          }),
        );
        await changing.finally(() => (reading.on = false));
        await reader;
        await expectExact(connections);
        await expectExactCounts(connections);
      }),
      { numRuns: 5 },
    );
  }, 120_000);

  it('that change back before the change before has removed its former entry stay listed', async () => {
    const id = await create(connections);
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const commitIfUnchanged: KeyValueStore['commitIfUnchanged'] = async (partition, change) => {
      if (partition === DIRECTORY.partition && change.removeFromIndex !== undefined) await released;
      return store.commitIfUnchanged(partition, change);
    };
    const slow = connectionsOn(Object.assign({}, store, { commitIfUnchanged }));
    const marking = slow.repository.update(id, (record) => ({ ...record, problem: PROBLEM }), null);
    while ((await connections.repository.find(id))?.record.problem === null) await sleep(1);
    await connections.repository.update(id, (record) => ({ ...record, problem: null }), null);
    release();
    await marking;
    expect(idsOf(await all(connections, { status: 'active' }, 10))).toEqual([id]);
    await expectExactCounts(connections);
  });

  it('of a version without the listing are listed before filters rely on it', async () => {
    const older = recordOf({ orgId: 'org-1', userId: 'Bob', problem: PROBLEM });
    await create(connections);
    // Nothing tells that it was there: the feed has expired.
    await writeAsEarlierVersion(store, [older], null);
    await store.commitIfUnchanged('directory', { remove: ['listing'] });
    const updated = connectionsOn(store);
    expect(idsOf(await all(updated, { status: 'needs-reconnect' }, 10))).toEqual([older.id]);
    expect(await updated.repository.counts({})).toHaveLength(2);
    await updated.maintenance.maintain();
    await expectExact(updated);
    await expectExactCounts(updated);
    // It stays so without another pass.
    const started = connectionsOn(store);
    await started.maintenance.maintain();
    await expectExact(started);
  });

  it('that a version without the listing creates or changes during a rolling update are listed', async () => {
    const id = await create(connections);
    const own = (await connections.repository.find(id))!.record;
    const older = recordOf({ orgId: 'Org-2', account: { id: '1', name: 'Acme', url: null } });
    await writeAsEarlierVersion(store, [older]);
    await writeAsEarlierVersion(store, [{ ...own, problem: PROBLEM }], 'connection.needs-reconnect');
    await connections.maintenance.maintain();
    await expectExact(connections);
    expect(idsOf(await all(connections, { status: 'needs-reconnect' }, 10))).toEqual([id]);
    // Also by a process that starts afterwards.
    await writeAsEarlierVersion(store, [{ ...older, problem: PROBLEM }], 'connection.needs-reconnect');
    const started = connectionsOn(store);
    await started.maintenance.maintain();
    await expectExact(started);
  });

  it('are listed again after their indexes were restored without them', async () => {
    const record = (await connections.repository.find(await create(connections)))!.record;
    for (const partition of [DIRECTORY.partition, partitionOf(record.orgId)])
      for (const index of ['listed:notion:active', 'listed:notion:needs-reconnect'])
        await store.commitIfUnchanged(partition, {
          removeFromIndex: (await store.pageDescending(partition, index, { limit: 100 })).map((member) => {
            return { index, member };
          }),
        });
    await store.commitIfUnchanged('directory', { removeLogs: ['feed'] });
    const restored = connectionsOn(store);
    await restored.maintenance.maintain();
    await expectExact(restored);
    expect(idsOf(await all(restored, { orgId: record.orgId, status: 'active' }, 10))).toEqual([record.id]);
  });

  it('leave no entry behind that stands for nothing, and none of a change that goes on is removed', async () => {
    const id = await create(connections);
    const { record } = (await connections.repository.find(id))!;
    const index = 'listed:notion:needs-reconnect';
    const entry = (at: number) => {
      const time = at.toString(36).padStart(9, '0');
      return `${indexMember(record)}.${time}12345123456\norg-1\nann\nacme\n62515\n`;
    };
    const [former, current] = [entry(Date.now() - 11 * 60_000), entry(Date.now() - 60_000)];
    const gone = former.replace(id, recordOf({ orgId: 'org-1' }).id);
    for (const partition of [DIRECTORY.partition, partitionOf(record.orgId)])
      await store.commitIfUnchanged(partition, {
        addToIndex: [former, current, gone].map((member) => ({ index, member })),
      });
    await store.commitIfUnchanged('directory', { remove: ['listing'] });
    const started = connectionsOn(store);
    await started.maintenance.maintain();
    for (const partition of [DIRECTORY.partition, partitionOf(record.orgId)])
      expect(await store.pageDescending(partition, index, { limit: 10 })).toEqual([current]);
    expect(idsOf(await all(started, { status: 'active' }, 10))).toEqual([id]);
    expect(await all(started, { status: 'needs-reconnect' }, 10)).toEqual([]);
  });

  it('whose record another process can read keep their entries', async () => {
    const id = await create(connections);
    const { record } = (await connections.repository.find(id))!;
    const key = connectionKey(id);
    const unreadable = Object.assign({}, store, {
      get: async (ref: { key: string }) => {
        if (ref.key === key) throw new Error('its key is not configured');
        return store.get(ref as never);
      },
      getMany: async (refs: { key: string }[]) => {
        const values = await store.getMany(refs as never);
        return values.map((value, at) => (refs[at]?.key === key ? null : value));
      },
    });
    const member = `${indexMember(record)}.${(1).toString(36).padStart(9, '0')}12345123456\norg-1\nann\nacme\n62515\n`;
    await store.commitIfUnchanged(DIRECTORY.partition, { addToIndex: [{ index: 'listed:notion:active', member }] });
    await store.commitIfUnchanged('directory', { remove: ['listing'] });
    await connectionsOn(unreadable).maintenance.maintain();
    expect(await store.pageDescending(DIRECTORY.partition, 'listed:notion:active', { limit: 10 })).toContain(member);
    await store.commitIfUnchanged(DIRECTORY.partition, {
      removeFromIndex: [{ index: 'listed:notion:active', member }],
    });
  });

  it('are in the right lists wherever a change of them is interrupted', async () => {
    const change = async ({ repository }: Connections, id: string) => {
      await repository.update(id, (record) => ({ ...record, problem: PROBLEM }), CHANGED);
      await repository.update(id, (record) => ({ ...record, problem: null }), CHANGED);
      await create({ ...connections, repository }, { userId: 'Bob' });
      await repository.remove(id, SERVICE);
    };
    for (let commits = 0, isOver = false; !isOver; commits += 1) {
      const id = await create(connections);
      const interruption = interrupted(store, commits);
      await change(connectionsOn(interruption.store), id).catch(() => undefined);
      const records = await all(connections, {}, 1_000);
      for (const filter of FILTERS.filter(({ orgId, userId }) => orgId === undefined && userId === undefined))
        expect(idsOf(await all(connections, filter, 3))).toEqual(idsOf(filtered(records, filter)));
      isOver = !interruption.wasInterrupted();
    }
  }, 60_000);
});
