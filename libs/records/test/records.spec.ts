import { setImmediate } from 'node:timers/promises';
import type { BlockSeal, RecordChanges } from '../src/index.js';
import { fixturesOf, KINDS, LEASE_MS, page, startedSuite, seal, sealOf, values } from './support/record-store-suite.js';

/** What is written of records, and read. */
const suite = startedSuite();

describe.each(KINDS)('%s', (kind) => {
  const { store, found, running, finish } = fixturesOf(suite, kind);

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
});
