import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Collection } from '../src/index.js';
import { fixturesOf, KINDS, LEASE_MS, newCollection, page, startedSuite, seal } from './support/record-store-suite.js';

/** Which collections there are, and who may change them. */
const suite = startedSuite();

describe.each(KINDS)('%s', (kind) => {
  const { store, found, running, finish } = fixturesOf(suite, kind);

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
});

test('the embedded store opens no write transaction while nothing has to run', async () => {
  const collection = newCollection({ nextRunAt: Date.now() + LEASE_MS });
  const store = suite().store('embedded');
  await store.create(collection);
  // A write takes another thread, which no promise is done with before the next tick.
  const tick = () => new Promise((resolve) => process.nextTick(resolve, 'it writes'));
  expect(await Promise.race([store.claim(randomUUID(), LEASE_MS, Date.now()), tick()])).toBeNull();
  await store.request(collection.id, 'changes', { afterRunning: false });
  expect(await Promise.race([store.claim(randomUUID(), LEASE_MS, Date.now()), tick()])).toBe('it writes');
});

test('two processes never have one collection at the same time', async () => {
  const stores = await Promise.all([suite().opened('postgres'), suite().opened('postgres')]);
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
