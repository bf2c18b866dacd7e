import { randomUUID } from 'node:crypto';
import type { Ref, Store } from '../src/index.js';
import { eventually } from './eventually.js';
import { SOME_TEXT } from './some-text.js';

export function describeValues(current: () => Store): void {
  describe('values', () => {
    let partition: string;
    beforeEach(() => {
      partition = randomUUID();
    });
    const ref = (key = 'key'): Ref => ({ partition, key });
    const put = (key: string, value: string, ttlMs?: number) =>
      current().commitIfUnchanged(partition, { put: [{ key, value, ...(ttlMs === undefined ? {} : { ttlMs }) }] });

    it('returns what was put, and null for an unknown key', async () => {
      await put('key', SOME_TEXT);
      expect(await current().get(ref())).toBe(SOME_TEXT);
      expect(await current().get(ref('other'))).toBeNull();
      expect(await current().get({ partition: randomUUID(), key: 'key' })).toBeNull();
    });

    it('distinguishes an empty value from none', async () => {
      await put('key', '');
      expect(await current().get(ref())).toBe('');
    });

    it('keeps a value of a megabyte', async () => {
      const large = 'aä'.repeat(350_000);
      await put('key', large);
      expect(await current().get(ref())).toBe(large);
    });

    it.each([
      ['braces', { partition: 'a}b', key: 'c' }, { partition: 'a', key: 'b}:value:c' }],
      ['colons', { partition: 'a', key: 'b:c' }, { partition: 'a:b', key: 'c' }],
      ['nothing', { partition: '', key: 'a' }, { partition: '%', key: 'a' }],
      ['zero bytes', { partition: 'a\u0000', key: 'b' }, { partition: 'a', key: '\u0000b' }],
      ['no Latin letter', { partition: '企業', key: '🔑' }, { partition: '企', key: '業🔑' }],
    ])('keeps refs with %s apart', async (_, one, another) => {
      for (const { partition, key } of [one, another]) {
        await current().commitIfUnchanged(partition, { put: [{ key, value: `${partition} ${key}`, ttlMs: 60_000 }] });
      }
      expect(await current().get(one)).toBe(`${one.partition} ${one.key}`);
      expect(await current().get(another)).toBe(`${another.partition} ${another.key}`);
    });

    it('keeps long keys apart', async () => {
      const long = 'k'.repeat(5_000);
      await put(`${long}1`, 'one');
      await put(`${long}2`, 'two', 60_000);
      expect(await current().getMany([ref(`${long}1`), ref(`${long}2`), ref(long)])).toEqual(['one', 'two', null]);
    });

    it('keeps the expiry of a value where that is asked for', async () => {
      await put('ending', 'value', 400);
      await put('lasting', 'value');
      const keep = (key: string) => ({ key, value: 'other', ttlMs: 'keep' as const });
      const changed = current().commitIfUnchanged(partition, {
        expect: [{ key: 'ending', value: 'value' }],
        put: [keep('ending'), keep('lasting'), keep('new')],
      });
      expect(await changed).toBe(true);
      await current().commitIfUnchanged(partition, { put: [keep('ending')] });
      expect(await current().getMany(['ending', 'lasting', 'new'].map(ref))).toEqual(['other', 'other', 'other']);
      await eventually(async () => expect(await current().get(ref('ending'))).toBeNull());
      expect(await current().getMany(['lasting', 'new'].map(ref))).toEqual(['other', 'other']);
    });

    it('finds every value, in any partition', async () => {
      const keys = Array.from({ length: 1_200 }, (_, i) => `key-${i}`);
      for (const key of keys) await current().commitIfUnchanged(`${partition}-${key}`, { put: [{ key, value: key }] });
      const strange = ['', '%', 'a}b%', '企業'].map((name) => ({ partition: name, key: `${partition}:value:\n` }));
      for (const { partition: name, key } of strange)
        await current().commitIfUnchanged(name, { put: [{ key, value: 'strange' }] });
      await current().commitIfUnchanged(partition, {
        put: [{ key: 'over', value: 'value', ttlMs: 1 }],
        addToIndex: [{ index: 'index', member: 'member' }],
        append: [{ log: 'log', entry: 'entry', keep: 9, ttlMs: null }],
      });
      await eventually(async () => expect(await current().get(ref('over'))).toBeNull());
      const found = new Map<string, string>();
      for await (const values of current().scan())
        for (const { ref: at, value } of values) found.set(JSON.stringify([at.partition, at.key]), value);
      const own = [...found].filter(([name]) => name.includes(partition));
      expect(own.length).toBe(keys.length + strange.length);
      for (const key of keys) expect(found.get(JSON.stringify([`${partition}-${key}`, key]))).toBe(key);
      for (const at of strange) expect(found.get(JSON.stringify([at.partition, at.key]))).toBe('strange');
    });

    it('reads many values of several partitions in the order of the refs', async () => {
      const refs = Array.from({ length: 60 }, (_, i) => ({ partition: `${partition}-${i % 20}`, key: `key-${i}` }));
      await Promise.all(
        refs.map(({ partition, key }, i) => current().commitIfUnchanged(partition, { put: [{ key, value: `${i}` }] })),
      );
      const absent = { partition: `${partition}-1`, key: 'absent' };
      expect(await current().getMany([...refs.toReversed(), absent, refs[0]!])).toEqual([
        ...refs.map((_, i) => `${i}`).reverse(),
        null,
        '0',
      ]);
      expect(await current().getMany([])).toEqual([]);
    });

    it('expires a value after its TTL', async () => {
      await put('short', 'gone', 40);
      await put('long', 'here', 60_000);
      await eventually(async () => expect(await current().get(ref('short'))).toBeNull());
      expect(await current().getMany([ref('short'), ref('long')])).toEqual([null, 'here']);
      expect(await current().consume(ref('short'))).toBeNull();
      expect(await current().commitIfUnchanged(partition, { expect: [{ key: 'short', value: null }] })).toBe(true);
    });

    it('lifts an earlier expiry when a value is put without a TTL', async () => {
      await put('key', 'first', 40);
      await put('witness', 'first', 40);
      await put('key', 'second');
      await eventually(async () => expect(await current().get(ref('witness'))).toBeNull());
      expect(await current().get(ref())).toBe('second');
    });

    it('removes a value that is put with a TTL of 0', async () => {
      await put('key', 'value');
      await put('key', 'over', 0);
      expect(await current().get(ref())).toBeNull();
    });

    it('consumes a value for exactly one of a hundred callers', async () => {
      await put('key', 'value', 60_000);
      const taken = await Promise.all(Array.from({ length: 100 }, () => current().consume(ref())));
      expect(taken.filter((value) => value !== null)).toEqual(['value']);
      expect(await current().get(ref())).toBeNull();
    });
  });
}
