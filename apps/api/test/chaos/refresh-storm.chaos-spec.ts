import { setTimeout as sleep } from 'node:timers/promises';
import { connection } from '../support/connect.js';
import { eventually } from '../support/eventually.js';
import { percentile, table } from '../support/figures.js';
import { Replicas, failed, tokensOf, type Call } from '../support/replicas.js';

const CALLERS = 100;
const TIMEOUT_MS = 240_000;

const rows: Record<string, string | number>[] = [];
let replicas: Replicas;
beforeAll(async () => {
  replicas = await Replicas.start();
});
afterAll(async () => {
  await replicas?.stop();
  process.stdout.write(table(rows));
});

async function oneExpired(variants = {}): Promise<string> {
  const [made] = await replicas.expired(1, variants);
  return made?.id ?? '';
}

const log = () => replicas.mockProviders.log('airtable');
const slow = (ms: number) =>
  replicas.mockProviders.fault({ provider: 'airtable', kind: 'latency', on: 'token', ms, work: 'done' });
const storm = async (id: string) =>
  (await Promise.all([replicas.callers(0, id, CALLERS), replicas.callers(1, id, CALLERS)])).flat();

/** Records the figures. @returns how often each refresh token was presented and accepted */
async function note(what: string, calls: readonly Call[]): Promise<[number, number][]> {
  const { tokenCalls, maxConcurrentToken, refreshTokens } = await log();
  const times = calls.map(({ milliseconds }) => milliseconds);
  rows.push({
    what,
    callers: calls.length,
    failed: failed(calls).length,
    'token calls': tokenCalls,
    'at once': maxConcurrentToken,
    'spent twice': refreshTokens.filter(({ presented }) => presented > 1).length,
    'p50 ms': percentile(times, 50),
    'max ms': percentile(times, 100),
  });
  return refreshTokens.map(({ presented, succeeded }) => [presented, succeeded]);
}

describe('two replicas, 100 callers each, one expired single-use credential', () => {
  test.each([200, 9_000, 11_000])(
    'a token endpoint that takes %d ms',
    async (ms) => {
      const id = await oneExpired();
      await slow(ms);
      const calls = await storm(id);
      const uses = await note(`token endpoint ${ms / 1000} s`, calls);
      expect(failed(calls)).toEqual([]);
      expect(tokensOf(calls).size).toBe(1);
      expect(uses).toEqual([[1, 1]]);
      expect((await log()).tokenCalls).toBe(1);
    },
    TIMEOUT_MS,
  );
});

describe('Redis restarted during a refresh', () => {
  test.each([
    ['and back before the answer', 9_000, 1_000, 3_000],
    ['and back after the answer', 3_000, 1_000, 5_000],
    ['and away for longer than a lease', 3_000, 1_000, 28_000],
  ])(
    '%s',
    async (what, answerMs, downAfterMs, downMs) => {
      const id = await oneExpired();
      await slow(answerMs);
      const calls = storm(id);
      await sleep(downAfterMs);
      await replicas.redis.kill();
      await sleep(downMs);
      await replicas.redis.restart();
      const done = await calls;
      const uses = await note(`Redis away ${downMs / 1000} s, ${what}`, done);
      expect(failed(done)).toEqual([]);
      expect(tokensOf(done).size).toBe(1);
      expect(uses).toEqual([[1, 1]]);
      expect((await log()).tokenCalls).toBe(1);
    },
    TIMEOUT_MS,
  );
});

describe('the lease holder killed during a refresh', () => {
  /** The first replica sends the token request, the second waits, the first is killed. */
  async function killedHolder(id: string): Promise<Call[]> {
    const lost = replicas.callers(0, id, CALLERS);
    await eventually(async () => expect((await log()).tokenCalls).toBe(1));
    const waiting = replicas.callers(1, id, CALLERS);
    await sleep(1_000);
    await replicas.services[0].kill();
    const calls = await waiting;
    expect((await lost).every(({ status }) => status === 0)).toBe(true);
    await replicas.services[0].restart();
    return calls;
  }

  test(
    'before the provider rotated the token: the other replica refreshes',
    async () => {
      const id = await oneExpired();
      const work = 'not-done';
      await replicas.mockProviders.fault({ provider: 'airtable', kind: 'never-answers', on: 'token', times: 1, work });
      const calls = await killedHolder(id);
      const uses = await note('holder killed, token not yet taken', calls);
      expect(failed(calls)).toEqual([]);
      expect(tokensOf(calls).size).toBe(1);
      expect(uses).toEqual([[1, 1]]);
      expect(await log()).toMatchObject({ tokenCalls: 2, maxConcurrentToken: 1 });
    },
    TIMEOUT_MS,
  );

  test(
    'after the provider rotated the token: the new pair is lost, and the connection needs to be authorized again',
    async () => {
      const id = await oneExpired();
      await replicas.mockProviders.fault({ provider: 'airtable', kind: 'never-answers', on: 'token', times: 1 });
      const calls = await killedHolder(id);
      await note('holder killed, token already rotated', calls);
      expect(new Set(calls.map(({ slug }) => slug))).toEqual(new Set(['needs-reconnect']));
      expect(await log()).toMatchObject({ tokenCalls: 2, maxConcurrentToken: 1 });
      expect((await connection(replicas.clients[1], id)).status).toBe('needs-reconnect');
    },
    TIMEOUT_MS,
  );
});

test(
  '1,000 expired connections, 10 callers each, over both replicas',
  async () => {
    const connections = await replicas.expired(1_000);
    await slow(200);
    const wanted = Array.from({ length: 10 }, (_, caller) => connections.map(({ id }) => ({ id, caller }))).flat();
    const calls: Call[] = [];
    const began = performance.now();
    // Five callers of a connection at each replica, limited to what two cores can handle.
    const calling = async () => {
      for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
        calls.push(await replicas.token(next.caller % 2 === 0 ? 0 : 1, next.id));
      }
    };
    await Promise.all(Array.from({ length: 1_000 }, calling));
    const uses = await note(`1,000 connections x 10 (${((performance.now() - began) / 1000).toFixed(1)} s)`, calls);
    expect(failed(calls)).toEqual([]);
    expect(uses).toHaveLength(1_000);
    expect(uses.every(([presented, succeeded]) => presented === 1 && succeeded === 1)).toBe(true);
    expect((await log()).tokenCalls).toBe(1_000);
  },
  TIMEOUT_MS,
);
