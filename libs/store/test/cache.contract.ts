import { randomUUID } from 'node:crypto';
import type { Store } from '../src/index.js';
import { eventually } from './eventually.js';

export function describeCache(current: () => Store): void {
  describe('cache', () => {
    it('gives back a copy, and undefined for what is not there', async () => {
      const key = randomUUID();
      const value = { list: [1, 'ä€𝄞', null], nested: { yes: true } };
      await current().cache.set(key, value);
      const first = await current().cache.get<typeof value>(key);
      expect(first).toEqual(value);
      first!.list.push('changed by a caller');
      expect(await current().cache.get(key)).toEqual(value);
      expect(await current().cache.get(randomUUID())).toBeUndefined();
    });

    it('keeps nothing for ever', async () => {
      const key = randomUUID();
      await current().cache.set(key, 1);
      const ttl = await current().cache.store.ttl(key);
      expect(ttl).toBeGreaterThan(0);
      expect(ttl).toBeLessThan(3_700_000);
      await current().cache.set(key, 1, 30);
      await eventually(async () => expect(await current().cache.get(key)).toBeUndefined());
    });

    it('takes null for a value and undefined for none', async () => {
      const key = randomUUID();
      await current().cache.set(key, null);
      expect(await current().cache.get(key)).toBeNull();
      await current().cache.set(key, undefined);
      expect(await current().cache.get(key)).toBeNull();
      await current().cache.del(key);
      expect(await current().cache.get(key)).toBeUndefined();
    });

    it('asks once for what many want', async () => {
      const key = randomUUID();
      let asked = 0;
      const ask = async () => ({ asked: ++asked });
      const answers = await Promise.all(Array.from({ length: 20 }, () => current().cache.wrap(key, ask, 60_000)));
      expect(new Set(answers.map((answer) => answer.asked))).toEqual(new Set([1]));
      expect(await current().cache.wrap(key, ask, 60_000)).toEqual({ asked: 1 });
    });

    it('reads, writes and removes many', async () => {
      const [one, two] = [randomUUID(), randomUUID()];
      const { store } = current().cache;
      await store.mset(
        [
          [one, 1],
          [two, 2],
        ],
        60_000,
      );
      expect(await store.mget(one, randomUUID(), two)).toEqual([1, undefined, 2]);
      expect(await store.keys()).toEqual(expect.arrayContaining([one, two]));
      await store.mdel(one, two);
      expect(await store.mget(one, two)).toEqual([undefined, undefined]);
    });

    it('is emptied without touching anything else', async () => {
      const partition = randomUUID();
      await current().commitIfUnchanged(partition, { put: [{ key: 'key', value: 'value' }] });
      await current().cache.set('key', 'cached');
      await current().cache.reset();
      expect(await current().cache.get('key')).toBeUndefined();
      expect(await current().get({ partition, key: 'key' })).toBe('value');
    });
  });
}
