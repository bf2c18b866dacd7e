import { setTimeout as sleep } from 'node:timers/promises';
import { openTemporaryStore } from '@causeway/testing';
import type { Store } from '@causeway/store';
import { RequestLimit } from './request-limit.js';

const LIMITS = { credential: 400, address: 100, connect: 40, failure: 60, localFailure: 400 };
const SOMEWHERE = '203.0.113.7';

let store: Store;
let remove: () => Promise<void>;
let limit: RequestLimit;
/** The store call that the previous request caused. Each request waits for it, so that a busy machine changes no count. */
let pending: Promise<number | null> = Promise.resolve(0);
beforeEach(async () => {
  ({ store, remove } = await openTemporaryStore());
  limit = new RequestLimit({ reserveSlot: (...how) => (pending = store.reserveSlot(...how)) }, LIMITS);
});
afterEach(() => remove());

type Outcome = 'accepted' | 'rejected' | 'unknown';

async function ask(
  times: number,
  {
    route = '/connections',
    method = 'GET',
    address = SOMEWHERE,
    key,
    outcome = 'unknown',
  }: { route?: string; method?: string; address?: string; key?: (i: number) => string; outcome?: Outcome },
): Promise<number> {
  let passed = 0;
  for (let i = 0; i < times; i++) {
    const { retryAfter, unverified } = limit.decide({ method, route: () => route, address, authorization: key?.(i) });
    if (retryAfter === 0) passed += 1;
    if (retryAfter === 0 && unverified !== null) limit.record(unverified, outcome);
    await pending;
    await sleep(0);
  }
  return passed;
}

/** The first block is not reserved, so slightly more requests pass than the limit says. */
const about = (figure: number, passed: number) => {
  expect(passed).toBeGreaterThanOrEqual(figure);
  expect(passed).toBeLessThanOrEqual(figure * 1.2);
};

test('limits requests without a credential by network, and more narrowly on the pages of a connect', async () => {
  about(LIMITS.address, await ask(300, {}));
  about(LIMITS.connect, await ask(300, { route: '/connect/:requestId' }));
  expect(await ask(20, { route: '/integrations/:integration/oauth2callback' })).toBe(0);
  expect(await ask(20, { address: '203.0.113.8' })).toBe(20);
});

test('limits a verified key by itself, from all networks together', async () => {
  const key = () => 'Bearer good';
  about(LIMITS.credential, await ask(1_000, { key, outcome: 'accepted' }));
  expect(await ask(20, { key, address: '203.0.113.8' })).toBe(0);
  expect(await ask(20, { key: () => 'Bearer another', outcome: 'accepted' })).toBe(20);
});

test('counts invented keys for their network, and rejected ones against the limit of failures', async () => {
  about(LIMITS.address, await ask(300, { key: (i) => `Bearer ${i}` }));
  about(LIMITS.failure, await ask(300, { address: '203.0.113.9', key: (i) => `Bearer ${i}`, outcome: 'rejected' }));
});

test('counts rejected sign-ins as failures, even with a valid cookie', async () => {
  const key = () => 'good cookie';
  const signIn = { method: 'POST', route: '/web-session' };
  await ask(1, { key, outcome: 'accepted' });
  about(LIMITS.failure, await ask(300, { ...signIn, key, outcome: 'rejected' }));
  expect(await ask(1, signIn)).toBe(0);
  expect(await ask(20, { key, outcome: 'accepted' })).toBe(20);
  about(LIMITS.localFailure, await ask(1_000, { ...signIn, key, outcome: 'rejected', address: '127.0.0.1' }));
});

test('does not refuse a verified key for the failures of others in its network', async () => {
  const key = () => 'Bearer good';
  await ask(1, { key, outcome: 'accepted' });
  await ask(300, { key: (i) => `Bearer ${i}`, outcome: 'rejected' });
  expect(await ask(50, { key, outcome: 'accepted' })).toBe(50);
});

test('counts only failures for a loopback address', async () => {
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) expect(await ask(200, { address })).toBe(200);
});

test('counts failures at a loopback address for the credential, and for all only beyond a wide limit', async () => {
  const address = '127.0.0.1';
  const rejected = { address, outcome: 'rejected' } as const;
  about(LIMITS.failure, await ask(300, { ...rejected, key: () => 'Bearer revoked' }));
  expect(await ask(200, { ...rejected, key: (i) => `Bearer ${i}` })).toBe(200);
  expect(await ask(1, { address, key: () => 'Bearer good', outcome: 'accepted' })).toBe(1);
  await ask(600, { ...rejected, key: (i) => `Bearer another ${i}` });
  expect(await ask(1, { address, key: () => 'Bearer unknown' })).toBe(0);
  expect(await ask(1, { address, key: () => 'Bearer good', outcome: 'accepted' })).toBe(1);
});

test('forgets a credential that is not accepted any more', async () => {
  const key = () => 'Bearer revoked';
  await ask(1, { key, outcome: 'accepted' });
  limit.forget(key());
  about(LIMITS.failure, await ask(300, { key, outcome: 'rejected' }));
});

test('counts an IPv6 /64 as one network', async () => {
  await ask(300, { address: '2001:db8:1:2::1' });
  expect(await ask(10, { address: '2001:db8:1:2:aaaa::9' })).toBe(0);
  expect(await ask(10, { address: '2001:db8:1:3::1' })).toBe(10);
});

test('does not limit health checks and metrics', async () => {
  for (const route of ['/health/live', '/health/ready', '/metrics', '/metrics/summary'])
    expect(await ask(300, { route })).toBe(300);
});
