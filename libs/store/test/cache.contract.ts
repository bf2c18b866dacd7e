import { randomUUID } from 'node:crypto';
import type { Store } from '../src/index.js';
import { eventually } from './eventually.js';
import { SOME_TEXT } from './some-text.js';

export function describeCache(current: () => Store): void {
  describe('cache', () => {
    it('returns what was set, and undefined for an unknown key', async () => {
      const key = randomUUID();
      await current().cache.set(key, SOME_TEXT, 60_000);
      expect(await current().cache.get(key)).toBe(SOME_TEXT);
      await current().cache.set(key, '', 60_000);
      expect(await current().cache.get(key)).toBe('');
      expect(await current().cache.get(randomUUID())).toBeUndefined();
    });

    it('forgets an entry after its TTL', async () => {
      const key = randomUUID();
      await current().cache.set(key, 'value', 30);
      await eventually(async () => expect(await current().cache.get(key)).toBeUndefined());
    });

    it('shares no keys with values', async () => {
      const partition = randomUUID();
      await current().commitIfUnchanged(partition, { put: [{ key: 'key', value: 'value' }] });
      await current().cache.set('key', 'cached', 60_000);
      expect(await current().get({ partition, key: 'key' })).toBe('value');
      expect(await current().cache.get('key')).toBe('cached');
    });
  });
}
