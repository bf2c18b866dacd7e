import { setTimeout as sleep } from 'node:timers/promises';
import { openTemporaryStore } from '@causeway/testing';
import type { RateLimitStore, Store } from '@causeway/store';
import { Allowance } from './allowance.js';

const RATE = { limit: 100, periodMs: 60_000 };
const BLOCK = 5;
/** The first block is free, and the request that finds the end passes. */
const MOST = RATE.limit + 2 * BLOCK;

let store: Store;
let remove: () => Promise<void>;
/** The real store; a request waits for what the one before it made it ask, so that a busy machine changes no count. */
let paced: Pick<RateLimitStore, 'reserveSlot'>;
let pending: Promise<number | null> = Promise.resolve(0);
beforeAll(async () => {
  ({ store, remove } = await openTemporaryStore());
  paced = { reserveSlot: (...how) => (pending = store.reserveSlot(...how)) };
});
afterAll(() => remove());

/** One request after the other, as a client would; @returns how many passed, and the longest wait that was asked for. */
async function ask(allowances: readonly Allowance[], name: string, times: number) {
  let passed = 0;
  const waits: number[] = [];
  for (let i = 0; i < times; i++) {
    const wait = allowances[i % allowances.length]?.take(name) ?? 0;
    if (wait === 0) passed += 1;
    else waits.push(wait);
    await pending;
    await sleep(0);
  }
  return { passed, waits };
}

test('lets the rate pass and says when to come again', async () => {
  const { passed, waits } = await ask([new Allowance(paced, 'a', RATE)], 'ann', 300);
  expect(passed).toBeGreaterThanOrEqual(RATE.limit);
  expect(passed).toBeLessThanOrEqual(MOST);
  expect(Math.min(...waits)).toBeGreaterThan(0);
  expect(Math.max(...waits)).toBeLessThanOrEqual(60);
});

test('is shared by all processes', async () => {
  const replicas = [1, 2, 3].map(() => new Allowance(paced, 'b', RATE));
  const { passed } = await ask(replicas, 'ann', 600);
  expect(passed).toBeGreaterThanOrEqual(RATE.limit);
  expect(passed).toBeLessThanOrEqual(MOST + 2 * BLOCK);
});

test('counts each name for itself', async () => {
  const allowance = new Allowance(paced, 'c', RATE);
  await ask([allowance], 'ann', 300);
  expect(allowance.isSpent('ann')).toBeGreaterThan(0);
  expect(allowance.isSpent('bob')).toBe(0);
  expect((await ask([allowance], 'bob', 50)).passed).toBe(50);
});

test('begins again after the period', async () => {
  let now = Date.now();
  const rate = { limit: 100, periodMs: 300 };
  const allowance = new Allowance(paced, 'd', rate, () => now);
  expect((await ask([allowance], 'ann', 300)).waits.length).toBeGreaterThan(0);
  await sleep(700);
  now += 700;
  expect((await ask([allowance], 'ann', 50)).passed).toBe(50);
});

test('asks the store once a block, and not at all for those who come once', async () => {
  let asked = 0;
  const counting = { reserveSlot: async () => ((asked += 1), 0) };
  const allowance = new Allowance(counting, 'e', RATE);
  for (let i = 0; i < 1_000; i++) allowance.take(`visitor-${i}`);
  expect(asked).toBe(0);
  await ask([allowance], 'ann', 100);
  expect(asked).toBeLessThanOrEqual(100 / BLOCK);
});

test('a store that is away, or slow, holds nobody up', async () => {
  const away = new Allowance({ reserveSlot: () => Promise.reject(new Error('away')) }, 'f', RATE);
  expect((await ask([away], 'ann', 300)).passed).toBe(300);
  const slow = new Allowance({ reserveSlot: () => new Promise(() => {}) }, 'g', RATE);
  expect((await ask([slow], 'ann', 300)).passed).toBe(300);
});
