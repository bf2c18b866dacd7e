import { Replicas, failed, tokensOf } from './support/replicas.js';

/** The long ones, with the same rules: `npm run test:chaos`. */

let replicas: Replicas;
beforeAll(async () => {
  replicas = await Replicas.start();
});
afterAll(() => replicas?.stop());

const CALLERS = 100;

test('two replicas, 100 callers each, one expired single-use credential, a token endpoint that takes 0.2 s', async () => {
  const [connection] = await replicas.expired(1);
  const id = connection?.id ?? '';
  await replicas.standIns.fault({ provider: 'airtable', kind: 'latency', on: 'token', ms: 200, work: 'done' });

  const calls = (await Promise.all([replicas.callers(0, id, CALLERS), replicas.callers(1, id, CALLERS)])).flat();

  expect(failed(calls)).toEqual([]);
  expect(tokensOf(calls).size).toBe(1);
  const log = await replicas.standIns.log('airtable');
  expect(log.tokenCalls).toBe(1);
  expect(log.refreshTokens.map(({ presented, succeeded }) => [presented, succeeded])).toEqual([[1, 1]]);
});

test('a token endpoint that fails is left alone by all callers of both replicas, for the time that they are told', async () => {
  const [connection] = await replicas.expired(1);
  const id = connection?.id ?? '';
  await replicas.standIns.fault({ provider: 'airtable', kind: 'server-error', status: 503, on: 'token' });

  const first = await Promise.all([replicas.callers(0, id, CALLERS), replicas.callers(1, id, CALLERS)]);
  const again = await Promise.all([replicas.callers(0, id, CALLERS), replicas.callers(1, id, CALLERS)]);

  const calls = [...first, ...again].flat();
  expect(calls.map(({ slug }) => slug)).toEqual(calls.map(() => 'provider-unavailable'));
  expect(Math.min(...calls.map(({ retryAfter }) => retryAfter ?? 0))).toBeGreaterThanOrEqual(1);
  expect((await replicas.standIns.log('airtable')).tokenCalls).toBeLessThanOrEqual(2);

  await replicas.standIns.clearFaults();
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  expect((await replicas.token(1, id)).status).toBe(200);
});
