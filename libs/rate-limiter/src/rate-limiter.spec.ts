import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { openStore, type Store } from '@causeway/store';
import { openTemporaryStore, startRedis } from '@causeway/testing';
import { RateLimiter, RateLimitExceeded, type AcquireOptions, type RateLimit } from '@causeway/rate-limiter';

const LONG = 60_000;

/** Stores of two processes: two clients of one Redis, or the embedded store twice, which has one process only. */
interface Stores {
  stores: [Store, Store];
  close(): Promise<void>;
}

async function embedded(): Promise<Stores> {
  const { store, remove } = await openTemporaryStore();
  return { stores: [store, store], close: remove };
}

async function onRedis(): Promise<Stores> {
  const redis = await startRedis();
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

/** Spare slots do not expire, however busy the machine is. */
const stopped = () => 0;

const AT_ONCE: AcquireOptions = { maxWaitMs: 0, signals: [], onWait: () => {} };

/** A limiter of its own, and how often it asked the store for slots. */
function counting(of: Store, clock?: () => number): { limiter: RateLimiter; steps: () => number } {
  let steps = 0;
  const store = Object.create(of) as Store;
  store.takeFreeSlots = (...args) => {
    steps += 1;
    return of.takeFreeSlots(...args);
  };
  store.acquireSlots = (...args) => {
    steps += 1;
    return of.acquireSlots(...args);
  };
  return { limiter: new RateLimiter(store, clock), steps: () => steps };
}

const limitOf = (limit: number, periodMs: number): RateLimit => ({
  rate: { limit, periodMs },
  ref: { partition: 'p', key: randomUUID() },
});

describe.each([
  ['the embedded store', embedded],
  ['Redis', onRedis],
])('RateLimiter on %s', (_name, start) => {
  let opened: Stores;
  let limiters: [RateLimiter, RateLimiter];
  const neverAborted = new AbortController().signal;
  beforeAll(async () => {
    opened = await start();
    limiters = [new RateLimiter(opened.stores[0]), new RateLimiter(opened.stores[1])];
  });
  afterAll(() => opened.close());

  interface Options extends Partial<AcquireOptions> {
    job?: string;
    process?: 0 | 1;
  }
  const acquire = (limit: RateLimit, tenant: string, { job = 'job', process = 0, ...options }: Options = {}) =>
    limiters[process].acquire(
      limit,
      { tenant, job },
      { maxWaitMs: LONG, signals: [neverAborted], onWait: () => {}, ...options },
    );

  it('grants a free slot at once and reports no wait', async () => {
    const waits: number[] = [];
    await acquire(limitOf(1, LONG), 'a', { onWait: (ms) => waits.push(ms) });
    expect(waits).toEqual([]);
  });

  it('grants a free slot to a request that may not wait', async () => {
    await acquire(limitOf(1, LONG), 'a', { maxWaitMs: 0 });
  });

  it('keeps the rate over two processes', async () => {
    const limit = limitOf(5, 250);
    const times: number[] = [];
    const began = performance.now();
    const loads = Array.from({ length: 8 }, async (_, i) => {
      for (let requests = 0; requests < 5; requests += 1) {
        const { sent } = await acquire(limit, `org-${i}`, { process: i % 2 === 0 ? 0 : 1 });
        times.push(performance.now());
        sent('reused');
      }
    });
    await Promise.all(loads);
    expect(times).toHaveLength(40);
    // A timer fires a little late, but no slot is early: 8 times 5 slots take at least 7 periods.
    expect(Math.max(...times) - began).toBeGreaterThanOrEqual(7 * 250 - 10);
  });

  it('never sends more than the limit after the process was suspended', async () => {
    const limit = limitOf(4, 1_000);
    const times: number[] = [];
    const requests = Array.from({ length: 16 }, async () => {
      const { sent } = await acquire(limit, 'a');
      times.push(performance.now());
      sent('reused');
    });
    await sleep(900);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_700);
    await Promise.all(requests);
    times.sort((one, other) => one - other);
    const shortest = Math.min(...times.slice(4).map((time, i) => time - (times[i] ?? 0)));
    // A slot may be used up to 100 ms late.
    expect(shortest).toBeGreaterThanOrEqual(890);
  });

  it('shares slots evenly between tenants, however many each wants and whichever process it is at', async () => {
    const limit = limitOf(6, 400);
    const order: string[] = [];
    const wanted = ['a', 'a', 'a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'c', 'c'];
    // No slot is granted before all of them wait, also on a busy machine.
    await limiters[0].pause(limit, 2_000);
    const requests = wanted.map(async (tenant) => {
      await acquire(limit, tenant, { process: tenant === 'a' ? 0 : 1 });
      order.push(tenant);
    });
    await Promise.all(requests);
    expect(order.slice(0, 6).sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  });

  it('grants a slot to a single read soon while a long load of the same tenant waits', async () => {
    const limit = limitOf(2, 400);
    const order: string[] = [];
    const load = Array.from({ length: 12 }, () => acquire(limit, 'a', { job: 'load' }).then(() => order.push('load')));
    await Promise.all(load.slice(0, 2));
    await acquire(limit, 'a', { job: 'read', process: 1 }).then(() => order.push('read'));
    expect(order.indexOf('read')).toBeLessThanOrEqual(4);
    await Promise.all(load);
  });

  it('rejects at once, with the time to retry, when the next slot is beyond the maximum wait', async () => {
    const limit = limitOf(1, LONG);
    await acquire(limit, 'a');
    const began = performance.now();
    const error: unknown = await acquire(limit, 'b', { process: 1, maxWaitMs: LONG / 4 }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(RateLimitExceeded);
    expect((error as RateLimitExceeded).retryAfterMs).toBeGreaterThan(LONG / 2);
    expect(performance.now() - began).toBeLessThan(LONG / 8);
  });

  it('reports a wait once', async () => {
    // A process that stands still for a whole period has to wait for another slot.
    const limit = limitOf(1, 3_000);
    const waits: number[] = [];
    await acquire(limit, 'a');
    await acquire(limit, 'a', { onWait: (ms) => waits.push(ms) });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(100);
    expect(waits[0]).toBeLessThan(3_100);
  });

  it('gives the slot of an aborted request to the next one, also when it was granted already', async () => {
    const limit = limitOf(1, 3_000);
    await acquire(limit, 'a');
    const abort = new AbortController();
    const aborted = acquire(limit, 'b', { process: 1, signals: [abort.signal] });
    const next = acquire(limit, 'c', { process: 1 });
    setTimeout(() => abort.abort(new Error('gone')), 2_400);
    await expect(aborted).rejects.toThrow('gone');
    const began = performance.now();
    await next;
    expect(performance.now() - began).toBeLessThan(2_880);
  });

  it('rejects a request whose signal is aborted already', async () => {
    await expect(acquire(limitOf(1, LONG), 'a', { signals: [AbortSignal.abort(new Error('gone'))] })).rejects.toThrow(
      'gone',
    );
  });

  it('pauses one rate limit and no other', async () => {
    const [paused, other] = [limitOf(5, 1_000), limitOf(5, 1_000)];
    await limiters[0].pause(paused, LONG);
    await expect(acquire(paused, 'a', { process: 1, maxWaitMs: 1_000 })).rejects.toThrow(RateLimitExceeded);
    await acquire(other, 'a', { process: 1 });
  });

  it('heeds a report of fewer requests left than it counts, and none of more', async () => {
    const limit = limitOf(10, LONG);
    const first = await acquire(limit, 'a');
    await first.reportRemaining(9);
    await acquire(limit, 'a');
    const third = await acquire(limit, 'a');
    await third.reportRemaining(2);
    await Promise.all([acquire(limit, 'a'), acquire(limit, 'b', { process: 1 })]);
    await expect(acquire(limit, 'a', { maxWaitMs: 100 })).rejects.toThrow(RateLimitExceeded);
  });

  it('moves the slots of the next period after a request that was sent late', async () => {
    const limit = limitOf(1, 600);
    const first = await acquire(limit, 'a');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const sentAt = performance.now();
    first.sent('reused');
    await acquire(limit, 'b', { process: 1 });
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(595);
  });

  it('moves the slots of the next period after a response that took unusually long', async () => {
    const limit = limitOf(1, 600);
    const first = await acquire(limit, 'a');
    const sentAt = performance.now();
    first.sent('reused');
    first.responded(200);
    await acquire(limit, 'b', { process: 1 });
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(795);
  });

  it('asks the store less than once a request while most slots are free', async () => {
    const { limiter, steps } = counting(opened.stores[0], stopped);
    const limit = limitOf(400, LONG);
    for (let i = 0; i < 60; i += 1) await limiter.acquire(limit, { tenant: 'a', job: `${i}` }, AT_ONCE);
    expect(steps()).toBeLessThan(20);
  });

  it('asks the store once for requests that arrive together', async () => {
    const { limiter, steps } = counting(opened.stores[0], stopped);
    const limit = limitOf(400, LONG);
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => limiter.acquire(limit, { tenant: 'a', job: `${i}` }, AT_ONCE)),
    );
    expect(steps()).toBe(2);
  });

  it('leaves the last slots to whichever process asks for them', async () => {
    const limit = limitOf(8, LONG);
    const replicas = opened.stores.map((store) => new RateLimiter(store, stopped));
    const next = (at: number) => replicas[at % 2]!.acquire(limit, { tenant: 'a', job: 'job' }, AT_ONCE);
    for (let at = 0; at < 8; at += 1) await next(at);
    await expect(next(0)).rejects.toThrow(RateLimitExceeded);
  });

  it('sends no request with a spare slot after a pause began', async () => {
    const limit = limitOf(400, LONG);
    const { limiter, steps } = counting(opened.stores[0], stopped);
    const next = () => limiter.acquire(limit, { tenant: 'a', job: 'job' }, AT_ONCE);
    // The latest step took more than one spare slot.
    while (steps() < 4) await next();
    await limiter.pause(limit, LONG);
    await expect(next()).rejects.toThrow(RateLimitExceeded);
  });

  it('uses a spare slot within its time, and not after it', async () => {
    let now = 0;
    const { limiter, steps } = counting(opened.stores[0], () => now);
    const limit = limitOf(400, 20_000);
    const stepsOfNext = async () => {
      const before = steps();
      await limiter.acquire(limit, { tenant: 'a', job: 'job' }, AT_ONCE);
      return steps() - before;
    };
    // The third step takes more than one spare slot.
    while (steps() < 3) await stepsOfNext();
    now += 999;
    expect(await stepsOfNext()).toBe(0);
    now += 1;
    expect(await stepsOfNext()).toBe(1);
  });

  it('gives no name of an organization to the store', async () => {
    const requests: unknown[] = [];
    const store = Object.create(opened.stores[0]) as Store;
    store.takeFreeSlots = (...args) => {
      requests.push(args[2]);
      return opened.stores[0].takeFreeSlots(...args);
    };
    store.acquireSlots = (...args) => {
      requests.push(args[2]);
      return opened.stores[0].acquireSlots(...args);
    };
    const limiter = new RateLimiter(store);
    const limit = limitOf(1, LONG);
    const requester = { tenant: 'acme-corporation', job: 'somebody' };
    const options = { maxWaitMs: 0, signals: [], onWait: () => {} };
    await limiter.acquire(limit, requester, options);
    await expect(limiter.acquire(limit, requester, options)).rejects.toThrow(RateLimitExceeded);
    expect(requests.length).toBeGreaterThanOrEqual(3);
    expect(JSON.stringify(requests)).not.toMatch(/acme|somebody/);
  });
});

it('rejects with the problem of the store while the store is unavailable', async () => {
  const { stores, close } = await onRedis();
  await close();
  await expect(
    new RateLimiter(stores[0]).acquire(
      limitOf(1, LONG),
      { tenant: 'a', job: 'job' },
      { maxWaitMs: LONG, signals: [], onWait: () => {} },
    ),
  ).rejects.toMatchObject({ slug: 'store-unavailable' });
});
