import { randomUUID } from 'node:crypto';
import { openStore, type Store } from '@causeway/store';
import { openTemporaryStore, startRedis, type RedisServer } from '@causeway/testing';
import { RateLimiter, type RateLimit, type Requester } from '@causeway/http-client';
import { UpstreamError } from './upstream-error.js';

const LONG = 60_000;
const share = (group: string, flow = 'flow'): Requester => ({ tenant: group, job: flow });

/** Two processes on one store: two stores of Redis, and one of the embedded kind, which has one process. */
interface Ground {
  stores: [Store, Store];
  close(): Promise<void>;
}

async function embedded(): Promise<Ground> {
  const { store, remove } = await openTemporaryStore();
  return { stores: [store, store], close: remove };
}

async function onRedis(): Promise<Ground> {
  const redis: RedisServer = await startRedis();
  const open = () => openStore({ kind: 'redis', url: redis.url });
  const stores: [Store, Store] = [await open(), await open()];
  return {
    stores,
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
      await redis.stop();
    },
  };
}

describe.each([
  ['the embedded store', embedded],
  ['Redis', onRedis],
])('Budgets on %s', (_name, start) => {
  let ground: Ground;
  let budgets: [RateLimiter, RateLimiter];
  const open = new AbortController();
  beforeAll(async () => {
    ground = await start();
    budgets = [new RateLimiter(ground.stores[0]), new RateLimiter(ground.stores[1])];
  });
  afterAll(() => ground.close());

  const of = (limit: number, periodMs: number): RateLimit => ({
    rate: { limit, periodMs },
    ref: { partition: 'p', key: randomUUID() },
  });
  const turn = (budget: RateLimit, who: Requester, at: 0 | 1 = 0, options = {}) =>
    budgets[at].acquire(budget, who, { patienceMs: LONG, signals: [open.signal], announce: () => {}, ...options });
  const late = (reason: unknown) => reason instanceof UpstreamError && reason.reason === 'rate-limited';

  it('a free place is there at once, and nobody is told to wait', async () => {
    const announced: number[] = [];
    await turn(of(1, LONG), share('a'), 0, { announce: (ms: number) => announced.push(ms) });
    expect(announced).toEqual([]);
  });

  it('keeps to the rate over two processes, and wastes no place', async () => {
    const budget = of(5, 250);
    const times: number[] = [];
    const began = performance.now();
    const loads = Array.from({ length: 8 }, async (_, i) => {
      for (let calls = 0; calls < 5; calls += 1) {
        const before = performance.now();
        const { departs } = await turn(budget, share(`org-${i}`), i % 2 === 0 ? 0 : 1);
        times.push(performance.now());
        departs('standing');
        expect(before).toBeLessThanOrEqual(performance.now());
      }
    });
    await Promise.all(loads);
    times.sort((a, b) => a - b);
    expect(times).toHaveLength(40);
    // A timer fires a little late, but a place is never early: 8 times 5 are at least 7 periods.
    expect(times.at(-1)! - began).toBeGreaterThanOrEqual(7 * 250 - 10);
  });

  it('gives turns to organisations evenly, however much each of them wants, and whichever process it is at', async () => {
    const budget = of(6, 400);
    const order: string[] = [];
    const wanted = ['a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'c', 'c'];
    // Nobody begins before all wait.
    await budgets[0].pause(budget, 400);
    const turns = wanted.map(async (group) => {
      await turn(budget, share(group), group === 'a' ? 0 : 1);
      order.push(group);
    });
    await Promise.all(turns);
    expect(order.slice(0, 6).sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  });

  it('a small read in the middle of a long load of the same organisation goes next', async () => {
    const budget = of(2, 400);
    const order: string[] = [];
    const load = Array.from({ length: 12 }, () => turn(budget, share('a', 'load')).then(() => order.push('load')));
    await Promise.all(load.slice(0, 2));
    await turn(budget, share('a', 'read'), 1).then(() => order.push('read'));
    expect(order.indexOf('read')).toBeLessThanOrEqual(4);
    await Promise.all(load);
  });

  it('fails at once where the next place is beyond the caller’s patience, and says when it is', async () => {
    const budget = of(1, LONG);
    await turn(budget, share('a'));
    const began = performance.now();
    const refused = await turn(budget, share('b'), 1, { patienceMs: 500 }).catch(
      (error: unknown) => error as UpstreamError,
    );
    expect(late(refused)).toBe(true);
    expect((refused as UpstreamError).context.retryAfterMs).toBeGreaterThan(LONG / 2);
    expect(performance.now() - began).toBeLessThan(400);
  });

  it('tells of a wait once', async () => {
    const budget = of(1, 400);
    const announced: number[] = [];
    await turn(budget, share('a'));
    await turn(budget, share('a'), 0, { announce: (ms: number) => announced.push(ms) });
    expect(announced).toHaveLength(1);
    expect(announced[0]).toBeGreaterThan(200);
    expect(announced[0]).toBeLessThan(500);
  });

  it('who goes away holds nobody up, also with a place in hand', async () => {
    const budget = of(1, 500);
    await turn(budget, share('a'));
    const abort = new AbortController();
    const gone = turn(budget, share('b'), 1, { signals: [abort.signal] });
    const stays = turn(budget, share('c'), 1);
    setTimeout(() => abort.abort(), 400);
    await expect(gone).rejects.toThrow();
    const began = performance.now();
    await stays;
    expect(performance.now() - began).toBeLessThan(480);
  });

  it('a pause is for one budget', async () => {
    const [paused, other] = [of(5, 1_000), of(5, 1_000)];
    await budgets[0].pause(paused, LONG);
    await expect(turn(paused, share('a'), 1, { patienceMs: 1_000 })).rejects.toMatchObject({
      context: { retryAfterMs: expect.any(Number) },
    });
    await turn(other, share('a'), 1);
  });

  it('a report of fewer calls left than we think counts, one of more does not', async () => {
    const budget = of(10, LONG);
    const first = await turn(budget, share('a'));
    await first.leaves(9);
    await turn(budget, share('a'));
    const third = await turn(budget, share('a'));
    await third.leaves(2);
    await Promise.all([turn(budget, share('a')), turn(budget, share('b'), 1)]);
    await expect(turn(budget, share('a'), 0, { patienceMs: 100 })).rejects.toMatchObject({ reason: 'rate-limited' });
  });

  it('what leaves late moves what comes after it', async () => {
    const budget = of(1, 600);
    const first = await turn(budget, share('a'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const left = performance.now();
    first.departs('standing');
    await turn(budget, share('b'), 1);
    expect(performance.now() - left).toBeGreaterThanOrEqual(595);
  });

  it('so does what seems to have arrived late', async () => {
    const budget = of(1, 600);
    const first = await turn(budget, share('a'));
    const left = performance.now();
    first.departs('standing');
    first.answers(200);
    await turn(budget, share('b'), 1);
    expect(performance.now() - left).toBeGreaterThanOrEqual(795);
  });

  it('keeps no name of an organisation', async () => {
    const asked: unknown[] = [];
    const store = Object.create(ground.stores[0]) as Store;
    store.acquireSlots = (...args) => {
      asked.push(args[2]);
      return ground.stores[0].acquireSlots(...args);
    };
    await new RateLimiter(store).acquire(of(1, LONG), share('acme-corporation', 'somebody'), {
      patienceMs: 0,
      signals: [open.signal],
      announce: () => {},
    });
    expect(asked).toHaveLength(1);
    expect(JSON.stringify(asked)).not.toMatch(/acme|somebody/);
  });
});

it('says what the store says while it is away', async () => {
  const { stores, close } = await onRedis();
  const signal = new AbortController().signal;
  await close();
  const budget = { rate: { limit: 1, periodMs: LONG }, ref: { partition: 'p', key: 'k' } };
  await expect(
    new RateLimiter(stores[0]).acquire(budget, share('a'), { patienceMs: LONG, signals: [signal], announce: () => {} }),
  ).rejects.toMatchObject({ slug: 'store-unavailable' });
});
