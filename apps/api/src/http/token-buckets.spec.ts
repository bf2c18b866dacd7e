import { setTimeout as sleep } from 'node:timers/promises';
import { openTemporaryStore } from '@causeway/testing';
import type { RateLimitStore, Store } from '@causeway/store';
import { TokenBuckets } from './token-buckets.js';

const RATE = { limit: 100, periodMs: 60_000 };
const BLOCK = 5;
/** The first block is not reserved, and one more block may pass while the store is asked. */
const MOST = RATE.limit + 2 * BLOCK;

let store: Store;
let remove: () => Promise<void>;
/** The real store. Each request waits for the store call that the previous one caused, so that a busy machine changes no count. */
let paced: Pick<RateLimitStore, 'reserveSlot'>;
let pending: Promise<number | null> = Promise.resolve(0);
beforeAll(async () => {
  ({ store, remove } = await openTemporaryStore());
  paced = { reserveSlot: (...how) => (pending = store.reserveSlot(...how)) };
});
afterAll(() => remove());

/** Sends one request after the other. @returns how many passed, and the waits of the others in seconds */
async function ask(buckets: readonly TokenBuckets[], name: string, times: number) {
  let passed = 0;
  const waits: number[] = [];
  for (let i = 0; i < times; i++) {
    const wait = buckets[i % buckets.length]?.consume(name) ?? 0;
    if (wait === 0) passed += 1;
    else waits.push(wait);
    await pending;
    await sleep(0);
  }
  return { passed, waits };
}

test('lets the limit pass, then says when to retry', async () => {
  const { passed, waits } = await ask([new TokenBuckets(paced, 'a', RATE)], 'ann', 300);
  expect(passed).toBeGreaterThanOrEqual(RATE.limit);
  expect(passed).toBeLessThanOrEqual(MOST);
  expect(Math.min(...waits)).toBeGreaterThan(0);
  expect(Math.max(...waits)).toBeLessThanOrEqual(60);
});

test('shares a limit between processes', async () => {
  const replicas = [1, 2, 3].map(() => new TokenBuckets(paced, 'b', RATE));
  const { passed } = await ask(replicas, 'ann', 600);
  expect(passed).toBeGreaterThanOrEqual(RATE.limit);
  expect(passed).toBeLessThanOrEqual(MOST + 2 * BLOCK);
});

test('counts each name separately', async () => {
  const buckets = new TokenBuckets(paced, 'c', RATE);
  await ask([buckets], 'ann', 300);
  expect(buckets.retryAfter('ann')).toBeGreaterThan(0);
  expect(buckets.retryAfter('bob')).toBe(0);
  expect((await ask([buckets], 'bob', 50)).passed).toBe(50);
});

test('starts anew after the period', async () => {
  let now = Date.now();
  const rate = { limit: 100, periodMs: 2_000 };
  const buckets = new TokenBuckets(paced, 'd', rate, () => now);
  expect((await ask([buckets], 'ann', 300)).waits.length).toBeGreaterThan(0);
  await sleep(4_500);
  now += 4_500;
  expect((await ask([buckets], 'ann', 50)).passed).toBe(50);
});

test('calls the store once a block, and not at all for names that come once', async () => {
  let asked = 0;
  const counting = { reserveSlot: async () => ((asked += 1), 0) };
  const buckets = new TokenBuckets(counting, 'e', RATE);
  for (let i = 0; i < 1_000; i++) buckets.consume(`visitor-${i}`);
  expect(asked).toBe(0);
  await ask([buckets], 'ann', 100);
  expect(asked).toBeLessThanOrEqual(100 / BLOCK);
});

test('does not delay requests while the store is unavailable or slow', async () => {
  const unavailable = new TokenBuckets({ reserveSlot: () => Promise.reject(new Error('away')) }, 'f', RATE);
  expect((await ask([unavailable], 'ann', 300)).passed).toBe(300);
  const slow = new TokenBuckets({ reserveSlot: () => new Promise(() => {}) }, 'g', RATE);
  expect((await ask([slow], 'ann', 300)).passed).toBe(300);
});
