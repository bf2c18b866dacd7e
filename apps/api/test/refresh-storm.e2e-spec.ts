import { setTimeout as sleep } from 'node:timers/promises';
import { Replicas, failed, tokensOf } from './support/replicas.js';

/** For slower token endpoints, see `npm run test:chaos`. */

let replicas: Replicas;
beforeAll(async () => {
  replicas = await Replicas.start();
});
afterAll(() => replicas?.stop());

const CALLERS = 100;

test('100 callers of each of two replicas share one refresh of a single-use refresh token', async () => {
  const [connection] = await replicas.expired(1);
  const id = connection?.id ?? '';
  await replicas.mockProviders.fault({ provider: 'airtable', kind: 'latency', on: 'token', ms: 200, work: 'done' });

  const calls = (await Promise.all([replicas.callers(0, id, CALLERS), replicas.callers(1, id, CALLERS)])).flat();

  expect(failed(calls)).toEqual([]);
  expect(tokensOf(calls).size).toBe(1);
  const log = await replicas.mockProviders.log('airtable');
  expect(log.tokenCalls).toBe(1);
  expect(log.refreshTokens.map(({ presented, succeeded }) => [presented, succeeded])).toEqual([[1, 1]]);
});

/** How many token requests the backoff of `transient` failures (1 s, 2 s, 4 s… with a quarter of jitter) allows in this time. */
function allowedRequests(elapsedMs: number): number {
  let [requests, delayMs] = [1, 750];
  for (let at = delayMs; at <= elapsedMs; at += delayMs) {
    requests += 1;
    delayMs = Math.min(delayMs * 2, 45_000);
  }
  return requests;
}

test('all callers of both replicas observe one backoff after a token endpoint failed', async () => {
  const [connection] = await replicas.expired(1);
  const id = connection?.id ?? '';
  await replicas.mockProviders.fault({ provider: 'airtable', kind: 'server-error', status: 503, on: 'token' });

  const started = performance.now();
  const first = await Promise.all([replicas.callers(0, id, CALLERS), replicas.callers(1, id, CALLERS)]);
  const again = await Promise.all([replicas.callers(0, id, CALLERS), replicas.callers(1, id, CALLERS)]);
  const { tokenCalls } = await replicas.mockProviders.log('airtable');
  const elapsedMs = performance.now() - started;

  const calls = [...first, ...again].flat();
  expect(calls.map(({ slug }) => slug)).toEqual(calls.map(() => 'provider-unavailable'));
  expect(Math.min(...calls.map(({ retryAfter }) => retryAfter ?? 0))).toBeGreaterThanOrEqual(1);
  expect(tokenCalls).toBeLessThanOrEqual(allowedRequests(elapsedMs));

  await replicas.mockProviders.clearFaults();
  const { retryAfter = 0 } = await replicas.token(1, id);
  await sleep(retryAfter * 1_000);
  expect((await replicas.token(1, id)).status).toBe(200);
  const { refreshTokens } = await replicas.mockProviders.log('airtable');
  expect(refreshTokens.map(({ succeeded }) => succeeded)).toEqual([1]);
});
