import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { open } from 'lmdb';
import pg from 'pg';
import { Problem } from '@causeway/problem';
import { startPostgres, type PostgresServer } from '@causeway/testing';
import {
  openRecordStore,
  type AppliedChanges,
  type BlockSeal,
  type Collection,
  type NewCollection,
  type RecordChanges,
  type RecordStore,
} from '../src/index.js';
import { MIGRATIONS } from '../src/postgres/migrations.js';

const LEASE_MS = 60_000;
const reports: string[] = [];
const report = (message: string) => void reports.push(message);

let postgres: PostgresServer;
let directory: string;
let databaseUrl: string;
const stores: Record<string, RecordStore> = {};
beforeAll(async () => {
  [postgres, directory] = await Promise.all([startPostgres(), mkdtemp(join(tmpdir(), 'causeway-records-'))]);
  databaseUrl = (await postgres.database()).url;
  for (const kind of ['embedded', 'postgres']) stores[kind] = await opened(kind);
}, 60_000);
afterAll(async () => {
  await Promise.all(Object.values(stores).map((store) => store.close()));
  await postgres?.stop();
  await rm(directory, { recursive: true, force: true });
});

afterEach(async () => {
  for (const store of Object.values(stores))
    for (const { id } of await store.list({}, 1_000, null)) await store.remove(id);
});

/** Says where it belongs, as a sealed block does. */
function sealOf(key: string): BlockSeal {
  const tryOpen = (sealed: Uint8Array, name: string) => {
    const [, of, ...values] = Buffer.from(sealed).toString().split('|');
    return of === name ? values.join('|') : null;
  };
  const seal = (values: string, name: string) => Buffer.from(`${key}|${name}|${values}`);
  return {
    seal,
    tryOpen,
    open: (sealed, name) => {
      const values = tryOpen(sealed, name);
      if (values === null) throw new Problem('store-unavailable', `Not of ${name}.`);
      return values;
    },
    renewed: (sealed, name) => {
      const values = Buffer.from(sealed).toString().startsWith(`${key}|`) ? null : tryOpen(sealed, name);
      return values === null ? null : seal(values, name);
    },
  };
}
const seal = sealOf('k1');

const opened = (kind: string): Promise<RecordStore> =>
  kind === 'embedded'
    ? openRecordStore({ kind: 'embedded', directory, report })
    : openRecordStore({ kind: 'postgres', url: databaseUrl, report });

function newCollection(given: Partial<NewCollection> = {}): NewCollection {
  const id = `syn_${randomUUID()}`;
  const owner = { orgId: `org-${id}`, userId: 'ann', connectionId: `con-${id}` };
  return { id, name: id, ...owner, settings: 'settings', createdAt: Date.now(), nextRunAt: null, ...given };
}

describe.each(['embedded', 'postgres'])('%s', (kind) => {
  const store = () => stores[kind] as RecordStore;

  /** A collection under a lease of its own; nothing else has to run. */
  async function running(given: Partial<NewCollection> = {}): Promise<{ id: string; owner: string }> {
    const collection = newCollection(given);
    await store().create(collection);
    await store().request(collection.id, 'full', { afterRunning: false });
    const owner = randomUUID();
    expect((await store().claim(owner, LEASE_MS, Date.now()))?.id).toBe(collection.id);
    return { id: collection.id, owner };
  }

  const found = async (id: string): Promise<Collection> => {
    const collection = await store().find(id);
    if (collection === null) throw new Error(`${id} is gone`);
    return collection;
  };

  const page = (items: Record<string, string>, more: Partial<RecordChanges> = {}): RecordChanges => ({
    upserts: Object.entries(items).map(([key, hash]) => ({
      key,
      type: key[0] ?? '',
      hash,
      value: () => `${key}=${hash}`,
    })),
    deletes: [],
    seal,
    seen: false,
    progress: { state: () => 'state', run: { number: 1, value: () => 'run', keep: 3 } },
    now: Date.now(),
    ...more,
  });

  const values = (records: { value: string }[]) => records.map(({ value }) => value);
  const finish = async ({ id, owner }: { id: string; owner: string }) => {
    const run = { number: 1, value: 'run', keep: 3 };
    expect(await store().end(id, owner, { state: 'ended', run, nextRunAt: null })).toBe(true);
  };

  test('one name is one collection, and its version guards its settings', async () => {
    const collection = newCollection();
    expect(await store().create(collection)).toBeNull();
    expect(await store().create({ ...newCollection(), name: collection.name })).toMatchObject({ id: collection.id });
    expect(await store().update(collection.id, 1, { settings: 'new', nextRunAt: 5 })).toBe(true);
    expect(await store().update(collection.id, 1, { settings: 'late', nextRunAt: 6 })).toBe(false);
    expect(await found(collection.id)).toMatchObject({ settings: 'new', nextRunAt: 5, version: 2, size: 0 });
    expect(await store().remove(collection.id)).toBe(true);
    expect(await store().remove(collection.id)).toBe(false);
    expect(await store().find(collection.id)).toBeNull();
    expect(await store().create({ ...newCollection(), name: collection.name })).toBeNull();
  });

  test('an organization has no more than its limit, also where many are made at once, and one that is there is no new one', async () => {
    const orgId = randomUUID();
    const made = Array.from({ length: 12 }, () => newCollection({ orgId }));
    const outcomes = await Promise.all(made.map((collection) => store().create(collection, 5)));
    expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 'too-many')).toHaveLength(7);
    const [first, ...others] = await store().list({ orgIds: [orgId] }, 20, null);
    expect(others).toHaveLength(4);
    expect(await store().create(newCollection({ orgId, name: first?.name ?? '' }), 5)).toMatchObject({ id: first?.id });
    expect(await store().create(newCollection(), 5)).toBeNull();
    await store().remove(first?.id ?? '');
    expect(await store().create(newCollection({ orgId }), 5)).toBeNull();
    expect(await store().create(newCollection({ orgId }))).toBeNull();
  });

  test('each collection has a generation of its own, which stays until it is renewed', async () => {
    const lease = await running();
    const { id, owner } = lease;
    const other = newCollection();
    await store().create(other);
    const { generation } = await found(id);
    expect(generation).toMatch(/^[\w-]{12}$/);
    expect((await found(other.id)).generation).not.toBe(generation);
    await store().apply(id, owner, page({ a1: 'x' }));
    await finish(lease);
    await store().update(id, 1, { settings: 'new', nextRunAt: null });
    const before = await found(id);
    expect(before.generation).toBe(generation);
    await store().renewGeneration(id);
    const { generation: renewed, ...rest } = await found(id);
    expect(renewed).toMatch(/^[\w-]{12}$/);
    expect({ ...rest, generation }).toEqual(before);
    expect(renewed).not.toBe(generation);
    // The same name again, as after a restore.
    await store().remove(id);
    await store().create(newCollection({ id, name: id }));
    expect([generation, renewed]).not.toContain((await found(id)).generation);
  });

  test('what is told beside the runs keeps their state, and waits for one that goes on', async () => {
    const lease = await running();
    const { id, owner } = lease;
    await store().apply(id, owner, page({ a1: 'x', b1: 'x' }));
    expect(await store().acquire(id, 'other', LEASE_MS)).toBeNull();
    await finish(lease);
    const state = await found(id);
    expect(await store().acquire(id, 'other', LEASE_MS)).toMatchObject({ id, state: 'ended', running: false });
    expect(await store().acquire(id, 'third', LEASE_MS)).toBeNull();
    await store().request(id, 'full', { afterRunning: false });
    expect(await store().claim('runner', LEASE_MS, Date.now())).toBeNull();
    const { progress: _progress, ...told } = page({ a1: 'y' });
    const deletes = [{ key: 'b1', value: () => 'gone' }];
    expect(await store().apply(id, 'third', { ...told, deletes })).toBeNull();
    expect(await store().apply(id, 'other', { ...told, deletes })).toMatchObject({ updated: 1, deleted: 1 });
    expect(await found(id)).toMatchObject({ state: state.state, size: 1, running: false });
    expect((await store().runs(id, 10, null)).map(({ value }) => value)).toEqual(['run']);
    const known = await store().recordsOf(id, ['a1', 'b1', 'never'], seal);
    expect(known.map(({ key, isDeleted }) => [key, isDeleted]).sort()).toEqual([
      ['a1', false],
      ['b1', true],
    ]);
    await store().release(id, 'other');
    expect((await store().claim('runner', LEASE_MS, Date.now()))?.id).toBe(id);
    expect(await store().acquire('never', 'other', LEASE_MS)).toBeNull();
  });

  test('lists are newest first, in pages, of one owner', async () => {
    const orgId = randomUUID();
    const made = [1, 1, 2, 3].map((createdAt) => newCollection({ orgId, createdAt }));
    for (const collection of made) await store().create(collection);
    await store().create(newCollection({ orgId: 'another' }));
    const ids: string[] = [];
    for (let after: { createdAt: number; id: string } | null = null; ;) {
      const part: Collection[] = await store().list({ orgIds: [orgId] }, 2, after);
      ids.push(...part.map(({ id }) => id));
      after = part.at(-1) ?? null;
      if (after === null) break;
    }
    const expected = [...made].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    expect(ids).toEqual(expected.map(({ id }) => id));
    const [first] = made;
    const ofConnection = await store().list({ connectionId: first?.connectionId }, 10, null);
    expect(ofConnection.map(({ id }) => id)).toEqual([first?.id]);
    expect(await store().list({ orgIds: [orgId], userId: 'nobody' }, 10, null)).toEqual([]);
  });

  test('a page writes what is new and what has changed, and nothing the second time', async () => {
    const lease = await running();
    const { id, owner } = lease;
    expect(await store().apply(id, owner, page({ a1: 'x', b1: 'x', b2: 'x' }))).toEqual({
      added: 3,
      updated: 0,
      unchanged: 0,
      deleted: 0,
    });
    const before = await store().changes(id, 0, 10, seal);
    expect(await store().apply(id, owner, page({ a1: 'x', b1: 'x', b2: 'x' }))).toMatchObject({
      unchanged: 3,
      added: 0,
    });
    expect(await store().changes(id, 0, 10, seal)).toEqual(before);
    const deletes = [
      { key: 'b2', value: () => 'gone' },
      { key: 'never', value: () => 'gone' },
    ];
    const result = await store().apply(id, owner, { ...page({ a1: 'y' }), deletes });
    expect(result).toMatchObject({ updated: 1, deleted: 1, added: 0 });
    const changes = await store().changes(id, 0, 10, seal);
    expect(values(changes)).toEqual(['b1=x', 'a1=y', 'gone']);
    expect(changes.map(({ type }) => type)).toEqual(['b', 'a', 'b']);
    expect(values(await store().changes(id, changes[0]?.sequence ?? 0, 1, seal))).toEqual(['a1=y']);
    expect(values(await store().records(id, null, 0, 10, seal))).toEqual(['b1=x', 'a1=y']);
    expect(values(await store().records(id, 'b', 0, 10, seal))).toEqual(['b1=x']);
    expect(await found(id)).toMatchObject({ size: 2, sequence: 5, state: 'state' });
    expect(await store().apply(id, owner, page({ b2: 'x' }))).toMatchObject({ added: 1 });
    expect(values(await store().changes(id, 0, 10, seal))).toEqual(['b1=x', 'a1=y', 'b2=x']);
    await finish(lease);
  });

  test('what was not seen is known, also from one process to the next', async () => {
    const lease = await running();
    const { id, owner } = lease;
    await store().apply(id, owner, page({ a1: 'x', a2: 'x', b1: 'x' }));
    await store().apply(id, owner, page({}, { forgetSeen: true }));
    await store().apply(id, owner, page({ a2: 'x' }, { seen: true }));
    await store().apply(id, owner, page({ b1: 'y', b2: 'x' }, { seen: true }));
    expect(await store().counts(id)).toEqual({ known: { a: 2, b: 2 }, unseen: { a: 1 } });
    expect(values(await store().unseen(id, 0, 10, seal))).toEqual(['a1=x']);
    await store().apply(id, owner, page({}, { forgetSeen: true }));
    expect((await store().unseen(id, 0, 3, seal)).length).toBe(3);
    await finish(lease);
  });

  test('whoever has lost the lease writes nothing', async () => {
    const { id, owner } = await running();
    await store().release(id, owner);
    expect(await store().extend(id, owner, LEASE_MS)).toBe(false);
    expect(await store().apply(id, owner, page({ a1: 'x' }))).toBeNull();
    expect(await store().end(id, owner, { state: '', run: { number: 1, value: '', keep: 1 }, nextRunAt: 1 })).toBe(
      false,
    );
    expect(await found(id)).toMatchObject({ size: 0, running: true, state: null });
    const next = randomUUID();
    // A run that was begun goes on before anything else, with what was asked for.
    expect(await store().claim(next, LEASE_MS, Date.now())).toMatchObject({ id, requested: 'full', running: true });
    expect(await store().claim(randomUUID(), LEASE_MS, Date.now())).toBeNull();
    await finish({ id, owner: next });
    expect(await found(id)).toMatchObject({ running: false, state: 'ended' });
  });

  test('a lease that has expired is another one’s', async () => {
    const collection = newCollection({ nextRunAt: Date.now() });
    await store().create(collection);
    const { id } = collection;
    const owner = randomUUID();
    expect((await store().claim(owner, 1, Date.now()))?.id).toBe(id);
    await setTimeout(20);
    expect(await store().apply(id, owner, page({ a1: 'x' }))).toBeNull();
    const next = randomUUID();
    expect((await store().claim(next, LEASE_MS, Date.now()))?.id).toBe(id);
    await finish({ id, owner: next });
  });

  test('a run that is asked for while one goes on follows it only if it is a full one after another', async () => {
    const collection = newCollection();
    const { id } = collection;
    await store().create(collection);
    await store().request(id, 'changes', { afterRunning: false });
    const owner = randomUUID();
    expect(await store().claim(owner, LEASE_MS, Date.now())).toMatchObject({ id, requested: 'changes' });
    await store().request(id, 'changes', { afterRunning: true });
    expect((await found(id)).requested).toBeNull();
    await store().request(id, 'full', { afterRunning: true });
    await finish({ id, owner });
    const next = randomUUID();
    expect(await store().claim(next, LEASE_MS, Date.now())).toMatchObject({ id, requested: 'full' });
    await store().request(id, 'full', { afterRunning: true });
    await finish({ id, owner: next });
    expect(await store().claim(randomUUID(), LEASE_MS, Date.now())).toBeNull();
    expect(await store().request('syn_nobody', 'full', { afterRunning: true })).toBe(false);
  });

  test('organizations with fewer runs come first', async () => {
    const [busy, other] = [randomUUID(), randomUUID()];
    const of = (orgId: string, nextRunAt: number) => newCollection({ orgId, nextRunAt });
    const collections = [of(busy, 1), of(busy, 2), of(busy, 3), of(other, 4)];
    for (const collection of collections) await store().create(collection);
    const order: string[] = [];
    const leases: { id: string; owner: string }[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const owner = randomUUID();
      const claimed = await store().claim(owner, LEASE_MS, 10);
      order.push(claimed?.orgId === busy ? 'busy' : 'other');
      leases.push({ id: claimed?.id ?? '', owner });
    }
    expect(order).toEqual(['busy', 'other', 'busy', 'busy']);
    for (const lease of leases) await finish(lease);
  });

  test('of organizations with as many runs, the one that was served longest ago comes first', async () => {
    const orgs = [1, 2, 3].map((number) => `org-${number}`);
    const collections = orgs.flatMap((orgId, at) =>
      [1, 2, 3].map((turn) => newCollection({ orgId, nextRunAt: 10 * at + turn })),
    );
    for (const collection of collections) await store().create(collection);
    const order: number[] = [];
    for (const _ of collections) {
      const owner = randomUUID();
      const claimed = await store().claim(owner, LEASE_MS, 100);
      order.push(orgs.indexOf(claimed?.orgId ?? ''));
      await finish({ id: claimed?.id ?? '', owner });
    }
    expect(order).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
  });

  test('runs are listed newest first, and only so many are kept', async () => {
    const lease = await running();
    const { id, owner } = lease;
    for (const number of [1, 2, 3, 4, 5])
      await store().apply(
        id,
        owner,
        page({}, { progress: { state: () => 'state', run: { number, value: () => `run ${number}`, keep: 3 } } }),
      );
    expect(await store().runs(id, 2, null)).toEqual([
      { number: 5, value: 'run 5' },
      { number: 4, value: 'run 4' },
    ]);
    expect(await store().runs(id, 10, 4)).toEqual([{ number: 3, value: 'run 3' }]);
    await finish(lease);
  });

  test('old deletes are forgotten, and the feed says from where on it is whole', async () => {
    const lease = await running();
    const { id, owner } = lease;
    await store().apply(id, owner, page({ a1: 'x', a2: 'x' }, { now: 100 }));
    await store().apply(id, owner, page({}, { deletes: [{ key: 'a1', value: () => 'gone' }], now: 100 }));
    await store().apply(id, owner, page({ a3: 'x' }));
    await store().forgetDeletes(100);
    expect((await store().changes(id, 0, 10, seal)).length).toBe(3);
    await store().forgetDeletes(101);
    expect(values(await store().changes(id, 0, 10, seal))).toEqual(['a2=x', 'a3=x']);
    expect(await found(id)).toMatchObject({ deletesFrom: 3, sequence: 4, size: 2 });
    await finish(lease);
  });

  test('values are renewed in their places', async () => {
    const lease = await running();
    const { id, owner } = lease;
    await store().apply(id, owner, page({ a1: 'x', a2: 'x' }));
    const before = await store().changes(id, 0, 10, seal);
    const renewed = (kind: string, value: string) => (value.startsWith('new') ? null : `new ${kind}: ${value}`);
    const newSeal = sealOf('k2');
    expect(await store().renew(id, renewed, newSeal)).toBe(4);
    expect(await store().renew(id, renewed, newSeal)).toBe(0);
    expect(await store().renew(id, () => null, seal)).toBe(1);
    expect(await found(id)).toMatchObject({
      settings: 'new settings: settings',
      state: 'new state: state',
      version: 1,
    });
    expect(await store().runs(id, 1, null)).toEqual([{ number: 1, value: 'new run: run' }]);
    expect(await store().changes(id, 0, 10, seal)).toEqual(before);
    expect(await store().apply(id, owner, page({ a1: 'x', a2: 'x' }))).toMatchObject({ unchanged: 2 });
    await finish(lease);
  });

  describe('records that were written together', () => {
    const keys = Array.from({ length: 100 }, (_, at) => `a${at}`);
    const all = (hash: string, of = keys) => Object.fromEntries(of.map((key) => [key, hash]));

    test('are read by one, by page and all, whichever of them has changed since', async () => {
      const lease = await running();
      const { id, owner } = lease;
      await store().apply(id, owner, page(all('x')));
      const changed = keys.filter((_, at) => at % 3 === 0);
      await store().apply(id, owner, page(all('y', changed)));
      const unchanged = keys.filter((key) => !changed.includes(key));
      const expected = [...unchanged.map((key) => `${key}=x`), ...changed.map((key) => `${key}=y`)];
      expect(values(await store().changes(id, 0, 1_000, seal))).toEqual(expected);
      expect(values(await store().records(id, 'a', 0, 1_000, seal))).toEqual(expected);
      const paged: string[] = [];
      for (let after = 0; ;) {
        const part = await store().changes(id, after, 7, seal);
        paged.push(...values(part));
        const last = part.at(-1);
        if (last === undefined) break;
        after = last.sequence;
      }
      expect(paged).toEqual(expected);
      const some = await store().recordsOf(id, ['a0', 'a1', 'a98', 'a99'], seal);
      expect(values(some).sort()).toEqual(['a0=y', 'a1=x', 'a98=x', 'a99=y']);
      expect((await store().counts(id)).known).toEqual({ a: 100 });
      await finish(lease);
    });

    test('keep nothing of one that was deleted, and at most as much of earlier content as of newer', async () => {
      const lease = await running();
      const { id, owner } = lease;
      const sealed: string[] = [];
      const spied: BlockSeal = {
        ...seal,
        seal: (texts, name) => {
          sealed.push(texts);
          return seal.seal(texts, name);
        },
      };
      const write = (more: Partial<RecordChanges>) => store().apply(id, owner, { ...page({}), seal: spied, ...more });
      await write(page(all('x', keys.slice(0, 20))));
      sealed.length = 0;
      await write({ deletes: [{ key: 'a7', value: () => 'gone' }] });
      expect(sealed.some((texts) => texts.includes('a6=x') && !texts.includes('a7=x'))).toBe(true);
      const before = keys.slice(0, 20).filter((key) => key !== 'a7');
      sealed.length = 0;
      await write({ ...page(all('y', before.slice(0, 9))), seal: spied });
      expect(sealed.some((texts) => texts.includes('=x'))).toBe(false);
      await write({ ...page(all('y', before.slice(9, 10))), seal: spied });
      expect(sealed.filter((texts) => texts.includes('=x'))).toEqual([
        before
          .slice(10)
          .map((key) => `${key}=x`)
          .join('\n'),
      ]);
      const current = [
        ...before.slice(10).map((key) => `${key}=x`),
        'gone',
        ...before.slice(0, 10).map((key) => `${key}=y`),
      ];
      expect(values(await store().changes(id, 0, 100, seal))).toEqual(current);
      await finish(lease);
    });

    test('are the right ones for who reads while they are written', async () => {
      const lease = await running();
      const { id, owner } = lease;
      await store().apply(id, owner, page(all('0')));
      let isWriting = true;
      const reading = (async () => {
        for (let reads = 0; isWriting || reads < 5; reads += 1) {
          const some = await store().recordsOf(id, ['a1', 'a50'], seal);
          const found = [...some, ...(await store().records(id, 'a', 0, 60, seal))];
          for (const { key, value } of found) expect(value.split('=')[0]).toBe(key);
          await setImmediate();
        }
      })();
      for (let turn = 1; turn <= 60; turn += 1)
        await store().apply(
          id,
          owner,
          page(
            all(
              `${turn}`,
              keys.filter((_, at) => (at * 7 + turn) % 5 < 2),
            ),
          ),
        );
      isWriting = false;
      await reading;
      await finish(lease);
    });

    test('that cannot be opened are replaced, and say so until then', async () => {
      const lease = await running();
      const { id, owner } = lease;
      const damaged: BlockSeal = { ...seal, seal: (texts) => seal.seal(texts, 'elsewhere') };
      await store().apply(id, owner, { ...page(all('x')), seal: damaged });
      await expect(store().changes(id, 0, 10, seal)).rejects.toMatchObject({ slug: 'store-unavailable' });
      const deletes = [{ key: 'a0', value: () => 'gone' }];
      expect(await store().apply(id, owner, page({}, { deletes }))).toMatchObject({ deleted: 1 });
      expect(await store().apply(id, owner, page(all('y')))).toMatchObject({ updated: 99, added: 1 });
      expect(values(await store().changes(id, 0, 1_000, seal))).toEqual(keys.map((key) => `${key}=y`));
      await finish(lease);
    });
  });

  test('a removed collection leaves nothing, and its run learns it', async () => {
    const { id, owner } = await running();
    await store().apply(id, owner, page({ a1: 'x' }, { seen: true }));
    await store().remove(id);
    expect(await store().apply(id, owner, page({ a2: 'x' }))).toBeNull();
    expect(await store().extend(id, owner, LEASE_MS)).toBe(false);
    expect([...(await store().changes(id, 0, 10, seal)), ...(await store().runs(id, 10, null))]).toEqual([]);
  });

  /** One pass, in batches. @returns what became of all of them */
  async function pass(items: [key: string, hash: string][]): Promise<AppliedChanges> {
    const [lease] = passing;
    if (lease === undefined) throw new Error('no lease');
    const sum = { added: 0, updated: 0, unchanged: 0, deleted: 0 };
    for (let at = 0; at < items.length; at += 70) {
      const batch = page(Object.fromEntries(items.slice(at, at + 70)), { seen: true, forgetSeen: at === 0 });
      const applied = await store().apply(lease.id, lease.owner, batch);
      for (const name of ['added', 'updated', 'unchanged', 'deleted'] as const) sum[name] += applied?.[name] ?? NaN;
    }
    await finish(lease);
    await store().request(lease.id, 'full', { afterRunning: false });
    const owner = randomUUID();
    await store().claim(owner, LEASE_MS, Date.now());
    passing = [{ id: lease.id, owner }];
    expect((await store().unseen(lease.id, 0, 1_000, seal)).length).toBe((await found(lease.id)).size - items.length);
    return sum;
  }
  let passing: { id: string; owner: string }[] = [];

  test('passes in any order find what is new, has changed and has not', async () => {
    passing = [await running()];
    const items = Array.from({ length: 500 }, (_, at): [string, string] => [`a${at}`, 'x']);
    const none = { added: 0, updated: 0, unchanged: 0, deleted: 0 };
    expect(await pass(items)).toEqual({ ...none, added: 500 });
    expect(await pass(items)).toEqual({ ...none, unchanged: 500 });
    const changed = items.map(([key, hash], at): [string, string] => [key, at % 7 === 3 ? 'y' : hash]);
    expect(await pass(changed)).toEqual({ ...none, updated: 71, unchanged: 429 });
    expect(await pass(changed.toReversed())).toEqual({ ...none, unchanged: 500 });
    expect(await pass(changed.toSpliced(100, 200))).toEqual({ ...none, unchanged: 300 });
    const moved = [...changed.slice(250), ...changed.slice(0, 250)];
    const between = Array.from({ length: 100 }, (_, at): [string, string] => [`b${at}`, 'x']);
    expect(await pass([...moved.slice(0, 90), ...between, ...moved.slice(90)])).toEqual({
      ...none,
      added: 100,
      unchanged: 500,
    });
    expect(await pass(items)).toEqual({ ...none, updated: 71, unchanged: 429 });
  });

  test('a pass in the order of the one before is compared with the blocks, and the index is not asked for', async () => {
    passing = [await running()];
    const items = Array.from({ length: 500 }, (_, at): [string, string] => [`a${at}`, 'x']);
    await pass(items);
    if (kind === 'embedded') {
      await stores[kind]?.close();
      const root = open({ path: join(directory, 'syncs.mdb'), noSubdir: true, maxDbs: 16 });
      await root.openDB({ name: 'index' }).clearAsync();
      await root.close();
      stores[kind] = await opened(kind);
    } else {
      const client = new pg.Client(databaseUrl);
      await client.connect();
      await client.query('delete from causeway_index');
      await client.end();
    }
    const [lease] = passing;
    await store().release(lease?.id ?? '', lease?.owner ?? '');
    const owner = randomUUID();
    expect((await store().claim(owner, LEASE_MS, Date.now()))?.id).toBe(lease?.id);
    passing = [{ id: lease?.id ?? '', owner }];
    expect(await pass(items)).toEqual({ added: 0, updated: 0, unchanged: 500, deleted: 0 });
  });

  test('a first run knows what another process has written meanwhile', async () => {
    const other = kind === 'postgres' ? await opened(kind) : store();
    const { id, owner } = await running();
    await store().apply(id, owner, page({ a1: 'x' }));
    await store().extend(id, owner, 1);
    await setTimeout(20);
    expect(await other.claim('other', LEASE_MS, Date.now())).toMatchObject({ id });
    await other.apply(id, 'other', page({ a2: 'x' }));
    await other.release(id, 'other');
    expect(await store().claim(owner, LEASE_MS, Date.now())).toMatchObject({ id });
    const applied = await store().apply(id, owner, page({ a1: 'x', a2: 'x', a3: 'x' }));
    expect(applied).toEqual({ added: 1, updated: 0, unchanged: 2, deleted: 0 });
    if (other !== store()) await other.close();
  });

  test('what is changed of a collection while records are written is not lost', async () => {
    const { id, owner } = await running();
    await Promise.all([
      store().update(id, 1, { settings: 'new', nextRunAt: 5 }),
      store().apply(id, owner, page({ a1: 'x', a2: 'x' })),
      store().request(id, 'full', { afterRunning: true }),
      store().apply(id, owner, page({ a3: 'x' })),
    ]);
    const changed = { settings: 'new', version: 2, nextRunAt: 5, state: 'state', size: 3, sequence: 3 };
    expect(await found(id)).toMatchObject(changed);
    expect(values(await store().records(id, null, 0, 10, seal))).toHaveLength(3);
  });

  test('a reader that applies the feed has the state, whatever happens in between', async () => {
    const key = fc.constantFrom('a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'b4');
    const step = fc.oneof(
      fc.record({ upserts: fc.dictionary(key, fc.constantFrom('x', 'y', 'z')), seen: fc.boolean() }),
      fc.record({ deletes: fc.array(key, { maxLength: 4 }) }),
      fc.record({ lost: fc.dictionary(key, fc.constantFrom('x', 'y')) }),
      fc.constant({ reopen: true as const }),
      fc.record({ read: fc.integer({ min: 1, max: 5 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const lease = await running();
        const { id } = lease;
        let { owner } = lease;
        const model = new Map<string, string>();
        const reader = new Map<string, string>();
        let cursor = 0;
        const read = async (limit: number) => {
          const changes = await store().changes(id, cursor, limit, seal);
          for (const { key: name, value, isDeleted, sequence } of changes) {
            expect(sequence).toBeGreaterThan(cursor);
            cursor = sequence;
            if (isDeleted) reader.delete(name);
            else reader.set(name, value);
          }
          return changes.length;
        };
        for (const one of steps) {
          if ('upserts' in one) {
            const isThere = (name: string) => model.get(name) === `${name}=${one.upserts[name]}`;
            const unchanged = Object.keys(one.upserts).filter(isThere).length;
            const applied = await store().apply(id, owner, page(one.upserts, { seen: one.seen }));
            expect(applied?.unchanged).toBe(unchanged);
            for (const [name, hash] of Object.entries(one.upserts)) model.set(name, `${name}=${hash}`);
          } else if ('deletes' in one) {
            const deletes = one.deletes.map((name) => ({ key: name, value: () => 'gone' }));
            await store().apply(id, owner, page({}, { deletes }));
            for (const name of one.deletes) model.delete(name);
          } else if ('lost' in one) {
            expect(await store().apply(id, 'another', page(one.lost))).toBeNull();
          } else if ('reopen' in one) {
            // As after a crash: another process claims the run.
            if (kind === 'embedded') {
              await stores[kind]?.close();
              stores[kind] = await opened(kind);
            } else await store().release(id, owner);
            owner = randomUUID();
            expect((await store().claim(owner, LEASE_MS, Date.now()))?.id).toBe(id);
          } else await read(one.read);
        }
        while ((await read(3)) > 0);
        expect(reader).toEqual(model);
        const all = await store().records(id, null, 0, 100, seal);
        expect(new Set(values(all))).toEqual(new Set(model.values()));
        expect((await found(id)).size).toBe(model.size);
        await store().remove(id);
      }),
      { numRuns: 500 },
    );
  }, 120_000);
});

test('the embedded store opens no write transaction while nothing has to run', async () => {
  const collection = newCollection({ nextRunAt: Date.now() + LEASE_MS });
  const store = stores['embedded'] as RecordStore;
  await store.create(collection);
  // A write takes another thread, which no promise is done with before the next tick.
  const tick = () => new Promise((resolve) => process.nextTick(resolve, 'it writes'));
  expect(await Promise.race([store.claim(randomUUID(), LEASE_MS, Date.now()), tick()])).toBeNull();
  await store.request(collection.id, 'changes', { afterRunning: false });
  expect(await Promise.race([store.claim(randomUUID(), LEASE_MS, Date.now()), tick()])).toBe('it writes');
});

test('two processes never have one collection at the same time', async () => {
  const stores = await Promise.all([opened('postgres'), opened('postgres')]);
  const orgId = randomUUID();
  const made = Array.from({ length: 40 }, () => newCollection({ orgId, nextRunAt: 1 }));
  for (const collection of made) await stores[0]?.create(collection);
  const claimed: string[] = [];
  await Promise.all(
    stores.flatMap((store) =>
      Array.from({ length: 4 }, async () => {
        for (;;) {
          const collection = await store.claim(randomUUID(), LEASE_MS, 10);
          if (collection === null) return;
          claimed.push(collection.id);
        }
      }),
    ),
  );
  expect(claimed.length).toBe(new Set(claimed).size);
  // One that finds a row locked goes away; the next poll finds it.
  for (let left = await stores[0]?.claim(randomUUID(), LEASE_MS, 10); left;)
    [, left] = [claimed.push(left.id), await stores[0]?.claim(randomUUID(), LEASE_MS, 10)];
  expect(new Set(claimed)).toEqual(new Set(made.map(({ id }) => id)));
  for (const { id } of made) await stores[0]?.remove(id);
  await Promise.all(stores.map((store) => store.close()));
});

test('while PostgreSQL is away every request says so, and works again afterwards', async () => {
  const own = await startPostgres();
  const { url } = await own.database();
  const store = await openRecordStore({ kind: 'postgres', url, report });
  try {
    const collection = newCollection();
    await store.create(collection);
    await own.kill();
    await expect(store.find(collection.id)).rejects.toMatchObject({ slug: 'store-unavailable' });
    const away = await openRecordStore({ kind: 'postgres', url, report });
    await expect(away.ping()).rejects.toMatchObject({ slug: 'store-unavailable' });
    await own.start();
    expect(await store.find(collection.id)).toMatchObject({ id: collection.id });
    await away.ping();
    await away.close();
    expect(reports.join('\n')).not.toContain(new URL(url).password);
  } finally {
    await store.close();
    await own.stop();
  }
}, 60_000);

test('what earlier versions wrote of records is read again, as by a new sync', async () => {
  const own = await mkdtemp(join(tmpdir(), 'causeway-records-'));
  try {
    const root = open({ path: join(own, 'syncs.mdb'), noSubdir: true, maxDbs: 16 });
    const earlier = (name: string) => root.openDB<unknown, [string, string | number] | string>({ name });
    const made = newCollection({ nextRunAt: 5 });
    const paused = newCollection({ createdAt: made.createdAt - 1 });
    const run = { version: 3, state: 'state', requested: null, requestedAt: null, claimed: 'full', running: true };
    const counts = { size: 1, sequence: 1, deletesFrom: 0, lastNumber: 1, lastPage: 1, generation: 'earlier' };
    for (const collection of [made, paused])
      await earlier('collections').put(collection.id, { ...collection, ...run, ...counts });
    await earlier('keys').put([made.id, '1'], [1, 'x', false, 1]);
    await earlier('records').put([made.id, 1], ['1', 'a', false, 1, 1, 1]);
    await earlier('values').put([made.id, 1], '1=x');
    await earlier('feed').put([made.id, 1], 1);
    await earlier('runs').put([made.id, 1], 'run');
    await root.close();
    for (const turn of [1, 2]) {
      const store = await openRecordStore({ kind: 'embedded', directory: own, report });
      const [first, second] = await store.list({}, 10, null);
      expect(first).toMatchObject({ ...made, version: 3, state: null, running: false, size: 0, sequence: 0 });
      expect(second).toMatchObject({ ...paused, nextRunAt: null });
      expect(first?.generation).not.toBe('earlier');
      expect(await store.runs(made.id, 10, null)).toEqual([]);
      if (turn === 2) {
        expect((await store.claim('owner', LEASE_MS, Date.now()))?.id).toBe(made.id);
        const progress = { state: () => 'state', run: { number: 1, value: () => 'run', keep: 3 } };
        const upserts = [{ key: '1', type: 'a', hash: 'x', value: () => '1=x' }];
        const changes = { upserts, deletes: [], seal, seen: true, progress, now: 1 };
        expect(await store.apply(made.id, 'owner', changes)).toMatchObject({ added: 1 });
      }
      await store.close();
    }
  } finally {
    await rm(own, { recursive: true, force: true });
  }
});

test('PostgreSQL migrates what earlier versions wrote to that', async () => {
  const { url } = await postgres.database();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const [first = '', second = ''] = MIGRATIONS;
  await client.query(`create table causeway_migrations (version integer primary key); ${first}; ${second}`);
  await client.query(`insert into causeway_migrations values (1), (2);
    insert into causeway_collections (id, name, org_id, user_id, connection_id, settings, state, created_at, next_run_at,
      running, size, sequence, last_number, generation)
    values ('syn_1', 'one', 'acme', 'ann', 'con_1', 'settings', 'state', 1, 5, true, 1, 1, 1, 'earlier');
    insert into causeway_runs values ('syn_1', 1, 'run');
    insert into causeway_records values ('syn_1', '1', 'a', 'x', '1=x', false, 1, 1, 1);`);
  await client.end();
  const store = await openRecordStore({ kind: 'postgres', url, report });
  try {
    const found = await store.find('syn_1');
    expect(found).toMatchObject({ settings: 'settings', state: null, running: false, size: 0, nextRunAt: 5 });
    expect(found?.generation).toMatch(/^\w{12}$/);
    expect(await store.runs('syn_1', 10, null)).toEqual([]);
    expect((await store.claim('owner', LEASE_MS, Date.now()))?.id).toBe('syn_1');
  } finally {
    await store.close();
  }
});
