import { randomUUID } from 'node:crypto';
import type { Store } from '../src/index.js';
import { describeRateLimits } from './rate-limits.contract.js';
import { describeCache } from './cache.contract.js';
import { describeCommits } from './commits.contract.js';
import { eventually } from './eventually.js';
import { describeIndexes } from './indexes.contract.js';
import { describeLeases } from './leases.contract.js';
import { describeLogs } from './logs.contract.js';
import { SOME_TEXT } from './some-text.js';
import { describeFairSlots } from './fair-slots.contract.js';
import { describeFreeSlots } from './free-slots.contract.js';
import { describeValues } from './values.contract.js';

/** The store may hold data of earlier tests. */
export interface Opened {
  store: Store;
  /** Drops what is in memory, and returns the store with the same data. */
  reopen?: () => Promise<Store>;
  close: () => Promise<void>;
}

/** Every invariant of the ports. The spec of an adapter adds only what is specific to it. */
export function describeStore(name: string, open: () => Promise<Opened>): void {
  describe(`${name} keeps the invariants of the store`, () => {
    let opened: Opened;
    let store: Store;
    const current = () => store;

    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.close());

    describeValues(current);
    describeCommits(current);
    describeIndexes(current);
    describeLogs(current);
    describeLeases(current);
    describeRateLimits(current);
    describeFairSlots(current);
    describeFreeSlots(current);
    describeCache(current);

    it('resolves a ping', () => expect(store.ping()).resolves.toBeUndefined());

    it('keeps everything across a restart', async () => {
      if (opened.reopen === undefined) return;
      const partition = randomUUID();
      const ref = (key: string) => ({ partition, key });
      await store.commitIfUnchanged(partition, {
        put: [
          { key: 'key', value: SOME_TEXT },
          { key: 'ending', value: 'value', ttlMs: 300 },
        ],
        addToIndex: [{ index: 'index', member: 'member' }],
        append: [{ log: 'log', entry: 'entry', keep: 9, ttlMs: 60_000 }],
      });
      const messages: string[] = [];
      const stop = store.subscribe(partition, (message) => messages.push(message));
      await store.acquireLease(ref('key'), 'holder', 60_000);
      await store.reserveSlot(ref('key'), { limit: 1, periodMs: 60_000 }, 0);
      await store.pauseRate(ref('paused'), 60_000);
      store = await opened.reopen();
      expect(await store.get(ref('key'))).toBe(SOME_TEXT);
      expect(await store.pageDescending(partition, 'index', { limit: 9 })).toEqual(['member']);
      expect(await store.acquireLease(ref('key'), 'other', 60_000)).toBe(false);
      expect(await store.reserveSlot(ref('key'), { limit: 1, periodMs: 60_000 }, 0)).toBeNull();
      expect(await store.reserveSlot(ref('paused'), { limit: 1, periodMs: 60_000 }, 1_000)).toBeNull();
      expect(await store.logFrom(partition, 'log', 0, 9)).toMatchObject([{ entry: 'entry' }]);
      await eventually(async () => expect(await store.get(ref('ending'))).toBeNull());
      if (store.kind === 'redis')
        await eventually(async () => {
          await store.commitIfUnchanged(partition, { publish: { topic: partition, message: 'received again' } });
          expect(messages).toContain('received again');
        });
      stop();
    });
  });
}
