import { randomUUID } from 'node:crypto';
import { MAX_MEMBER_BYTES } from '../src/limits.js';
import type { Ref, Store } from '../src/index.js';
import { SOME_TEXT } from './some-text.js';

export function describeCommits(current: () => Store): void {
  describe('commitIfUnchanged', () => {
    let partition: string;
    beforeEach(() => {
      partition = randomUUID();
    });
    const ref = (key = 'key'): Ref => ({ partition, key });
    const put = (key: string, value: string, ttlMs?: number) =>
      current().commitIfUnchanged(partition, { put: [{ key, value, ...(ttlMs === undefined ? {} : { ttlMs }) }] });
    const index = (limit = 100, before?: string) =>
      current().pageDescending(partition, 'index', { limit, ...(before === undefined ? {} : { before }) });

    it('changes values and indexes together', async () => {
      await current().commitIfUnchanged(partition, {
        put: [{ key: 'old', value: 'old' }],
        addToIndex: [{ index: 'index', member: 'old' }],
      });
      const changed = await current().commitIfUnchanged(partition, {
        expect: [
          { key: 'old', value: 'old' },
          { key: 'new', value: null },
        ],
        put: [{ key: 'new', value: SOME_TEXT }],
        remove: ['old'],
        addToIndex: [{ index: 'index', member: 'new' }],
        removeFromIndex: [{ index: 'index', member: 'old' }],
      });
      expect(changed).toBe(true);
      expect(await current().getMany([ref('old'), ref('new')])).toEqual([null, SOME_TEXT]);
      expect(await index()).toEqual(['new']);
    });

    it.each(['', '{', '}', '{}', 'a}b', '%', '%7D', '企業'])('keeps the partition "%s" together', async (name) => {
      const keys = [randomUUID(), randomUUID(), randomUUID()];
      const put = keys.map((key) => ({ key, value: key, ttlMs: 60_000 }));
      const addToIndex = [{ index: keys[0]!, member: 'member' }];
      expect(await current().commitIfUnchanged(name, { put, addToIndex })).toBe(true);
      expect(await current().getMany(keys.map((key) => ({ partition: name, key })))).toEqual(keys);
      expect(await current().pageDescending(name, keys[0]!, { limit: 9 })).toEqual(['member']);
    });

    it.each([
      ['the value differs', { key: 'key', value: 'other' }],
      ['the value is expected to be absent', { key: 'key', value: null }],
      ['the key is absent', { key: 'absent', value: '' }],
    ])('changes nothing at all when %s', async (_, unmet) => {
      await put('key', 'value');
      await current().commitIfUnchanged(partition, { addToIndex: [{ index: 'index', member: 'member' }] });
      const changed = await current().commitIfUnchanged(partition, {
        expect: [{ key: 'free', value: null }, unmet],
        put: [
          { key: 'key', value: 'changed' },
          { key: 'added', value: 'added' },
        ],
        remove: ['key'],
        addToIndex: [{ index: 'index', member: 'added' }],
        removeFromIndex: [{ index: 'index', member: 'member' }],
      });
      expect(changed).toBe(false);
      expect(await current().getMany([ref('key'), ref('added')])).toEqual(['value', null]);
      expect(await index()).toEqual(['member']);
    });

    it('compares every byte', async () => {
      await put('key', SOME_TEXT);
      const expecting = (value: string) => current().commitIfUnchanged(partition, { expect: [{ key: 'key', value }] });
      expect(await expecting(`${SOME_TEXT} `)).toBe(false);
      expect(await expecting(SOME_TEXT.normalize('NFD'))).toBe(false);
      expect(await expecting(SOME_TEXT)).toBe(true);
    });

    it('lets exactly one of many callers with the same expectation win', async () => {
      await put('key', 'start');
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          current().commitIfUnchanged(partition, {
            expect: [{ key: 'key', value: 'start' }],
            put: [{ key: 'key', value: `by ${i}` }],
            addToIndex: [{ index: 'index', member: `by ${i}` }],
          }),
        ),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
      const winner = `by ${results.indexOf(true)}`;
      expect(await current().get(ref())).toBe(winner);
      expect(await index()).toEqual([winner]);
    });

    it('loses no increment of concurrent callers that read, add one, and retry', async () => {
      await put('count', '0');
      const increment = async () => {
        for (let attempt = 0; attempt < 1_000; attempt++) {
          const value = (await current().get(ref('count')))!;
          const next = { key: 'count', value: `${Number(value) + 1}` };
          if (await current().commitIfUnchanged(partition, { expect: [{ key: 'count', value }], put: [next] })) return;
        }
      };
      await Promise.all(Array.from({ length: 25 }, increment));
      expect(await current().get(ref('count'))).toBe('25');
    });

    it('keeps a value that is removed and put in one change', async () => {
      await current().commitIfUnchanged(partition, {
        remove: ['key'],
        put: [{ key: 'key', value: 'put' }],
        removeFromIndex: [{ index: 'index', member: 'member' }],
        addToIndex: [{ index: 'index', member: 'member' }],
      });
      expect(await current().get(ref())).toBe('put');
      expect(await index()).toEqual(['member']);
    });

    it('rejects an invalid change before the first write', async () => {
      const member = 'm'.repeat(MAX_MEMBER_BYTES + 1);
      const tooLong = { put: [{ key: 'key', value: 'value' }], addToIndex: [{ index: 'index', member }] };
      await expect(current().commitIfUnchanged(partition, tooLong)).rejects.toBeInstanceOf(RangeError);
      await expect(put('key', 'value', Number.NaN)).rejects.toBeInstanceOf(RangeError);
      await expect(put('key', 'value', Infinity)).rejects.toBeInstanceOf(RangeError);
      expect(await current().get(ref())).toBeNull();
    });

    it('returns true for an empty change', async () => {
      expect(await current().commitIfUnchanged(partition, {})).toBe(true);
    });

    it('applies a change of a thousand parts', async () => {
      const keys = Array.from({ length: 1_000 }, (_, i) => `key-${i}`);
      const addToIndex = keys.map((member) => ({ index: 'index', member }));
      await current().commitIfUnchanged(partition, { put: keys.map((key) => ({ key, value: key })), addToIndex });
      expect(await current().getMany(keys.map(ref))).toEqual(keys);
      expect(await index(2_000)).toHaveLength(1_000);
    });
  });
}
