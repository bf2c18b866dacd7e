import { setTimeout as sleep } from 'node:timers/promises';
import { openTemporaryStore } from '@causeway/testing';
import type { Store } from '@causeway/store';
import { RateLimit } from './rate-limit.js';

const LIMITS = { credential: 400, address: 100, connect: 40, failure: 60 };
const SOMEWHERE = '203.0.113.7';

let store: Store;
let remove: () => Promise<void>;
let limit: RateLimit;
/** A request waits for what the one before it made the store do, so that a busy machine changes no count. */
let pending: Promise<number | null> = Promise.resolve(0);
beforeEach(async () => {
  ({ store, remove } = await openTemporaryStore());
  limit = new RateLimit({ reserveSlot: (...how) => (pending = store.reserveSlot(...how)) }, LIMITS);
});
afterEach(() => remove());

type Answer = 'opened' | 'refused' | 'neither';

async function ask(
  times: number,
  {
    path = '/connections',
    address = SOMEWHERE,
    key,
    answer = 'neither',
    signsIn = false,
  }: { path?: string; address?: string; key?: (i: number) => string; answer?: Answer; signsIn?: boolean },
): Promise<number> {
  let passed = 0;
  for (let i = 0; i < times; i++) {
    const { wait, unproved } = limit.admit({ path, address, authorization: key?.(i), signsIn });
    if (wait === 0) passed += 1;
    if (wait === 0 && unproved !== null) limit.learn(unproved, answer);
    await pending;
    await sleep(0);
  }
  return passed;
}

/** A block is free, so a limit is a little wider than its figure. */
const about = (figure: number, passed: number) => {
  expect(passed).toBeGreaterThanOrEqual(figure);
  expect(passed).toBeLessThanOrEqual(figure * 1.2);
};

test('an address without a key has its limit, and a narrower one on the way to a provider and back', async () => {
  about(LIMITS.address, await ask(300, {}));
  about(LIMITS.connect, await ask(300, { path: '/connect/abc' }));
  expect(await ask(20, { path: '/integrations/acme/oauth2callback' })).toBe(0);
  expect(await ask(20, { address: '203.0.113.8' })).toBe(20);
});

test('a key that opens has its own limit, wherever it comes from', async () => {
  const key = () => 'Bearer good';
  about(LIMITS.credential, await ask(1_000, { key, answer: 'opened' }));
  expect(await ask(20, { key, address: '203.0.113.8' })).toBe(0);
  expect(await ask(20, { key: () => 'Bearer another', answer: 'opened' })).toBe(20);
});

test('inventing keys is no way around the limit of an address, and ends sooner where they are tried', async () => {
  about(LIMITS.address, await ask(300, { key: (i) => `Bearer ${i}` }));
  about(LIMITS.failure, await ask(300, { address: '203.0.113.9', key: (i) => `Bearer ${i}`, answer: 'refused' }));
});

test('trying keys by signing in counts as trying keys, also with a good cookie beside', async () => {
  const key = () => 'good cookie';
  await ask(1, { key, answer: 'opened' });
  about(LIMITS.failure, await ask(300, { key, answer: 'refused', signsIn: true, address: '127.0.0.1' }));
  expect(await ask(1, { signsIn: true, address: '127.0.0.1' })).toBe(0);
  expect(await ask(20, { key, answer: 'opened', address: '127.0.0.1' })).toBe(20);
});

test('a key that is known to be good is not refused for its neighbours', async () => {
  const key = () => 'Bearer good';
  await ask(1, { key, answer: 'opened' });
  await ask(300, { key: (i) => `Bearer ${i}`, answer: 'refused' });
  expect(await ask(50, { key, answer: 'opened' })).toBe(50);
});

test('an address of this machine is a proxy, or a program: only failures count', async () => {
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) expect(await ask(200, { address })).toBe(200);
  about(LIMITS.failure, await ask(300, { address: '127.0.0.1', key: (i) => `Bearer ${i}`, answer: 'refused' }));
});

test('an IPv6 network is one address', async () => {
  await ask(300, { address: '2001:db8:1:2::1' });
  expect(await ask(10, { address: '2001:db8:1:2:aaaa::9' })).toBe(0);
  expect(await ask(10, { address: '2001:db8:1:3::1' })).toBe(10);
});

test('nobody counts the questions of a health check', async () => {
  for (const path of ['/health/live', '/health/ready', '/metrics']) expect(await ask(300, { path })).toBe(300);
});
