import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { open } from 'lmdb';
import pg from 'pg';
import type { AppliedChanges } from '../src/index.js';
import {
  fixturesOf,
  KINDS,
  LEASE_MS,
  page,
  startedSuite,
  seal,
  values,
  type Lease,
} from './support/record-store-suite.js';

/** Full passes, one after the other, and what a reader of the feed makes of them. */
const suite = startedSuite();

describe.each(KINDS)('%s', (kind) => {
  const { store, found, running, finish } = fixturesOf(suite, kind);

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
  let passing: Lease[] = [];

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
      await suite().reopen(kind, async () => {
        const root = open({ path: join(suite().directory, 'syncs.mdb'), noSubdir: true, maxDbs: 16 });
        await root.openDB({ name: 'index' }).clearAsync();
        await root.close();
      });
    } else {
      const client = new pg.Client(suite().databaseUrl);
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
    const other = kind === 'postgres' ? await suite().opened(kind) : store();
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
              await suite().reopen(kind);
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
