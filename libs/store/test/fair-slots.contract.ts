import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AcquireRequest, Rate, Ref, Slot, Store, Waiter } from '../src/index.js';
import { eventually } from './eventually.js';
import { FAIR_ORDER, LONG_PERIOD_MS } from './fair-order.fixture.js';

const AHEAD_MS = 250;

const waiter = (tenant: string, calls: number, job = 'job'): Waiter => ({ tenant, job, calls });
const tenantsOf = (slots: readonly Slot[]) => slots.map(({ tenant }) => tenant).join('');

export function describeFairSlots(current: () => Store): void {
  describe('acquireSlots', () => {
    let ref: Ref;
    beforeEach(() => {
      ref = { partition: randomUUID(), key: 'rate-limit' };
    });
    const acquire = (rate: Rate, waiting: Waiter[], options: Partial<AcquireRequest> = {}) =>
      current().acquireSlots(ref, rate, { process: 'one', waiting, aheadMs: AHEAD_MS, ...options });

    it.each(FAIR_ORDER)('$name', async ({ steps }) => {
      let firstAt: number | undefined;
      for (const { process, waiting, limit, periodsAhead, slots } of steps) {
        const rate = { limit, periodMs: LONG_PERIOD_MS };
        const waiters = waiting.map((args) => waiter(...args));
        const acquired = await acquire(rate, waiters, { process, aheadMs: periodsAhead * LONG_PERIOD_MS });
        firstAt ??= acquired.slots[0]!.at;
        const start = firstAt;
        const periodOf = ({ at }: Slot) => Math.round((at - start) / LONG_PERIOD_MS);
        expect(acquired.slots.map((slot) => `${slot.tenant}/${slot.job}@${periodOf(slot)}`)).toEqual(slots);
      }
    });

    it('assigns a free slot at once', async () => {
      const rate = { limit: 3, periodMs: LONG_PERIOD_MS };
      const first = await acquire(rate, [waiter('a', 1)]);
      expect(first.slots).toMatchObject([{ tenant: 'a', job: 'job', inMs: 0 }]);
      expect([first.nextInMs, first.waitingTenants, first.remaining]).toEqual([0, 0, 2]);
    });

    it('assigns no more than the limit and reports when the next slot is', async () => {
      const rate = { limit: 3, periodMs: LONG_PERIOD_MS };
      const result = await acquire(rate, [waiter('a', 2), waiter('b', 2)]);
      expect(result).toMatchObject({ nextInMs: LONG_PERIOD_MS, waitingTenants: 1, remaining: 0 });
      expect(result.slots).toHaveLength(3);
    });

    it('assigns slots ahead of their time, exactly a period after the ones before', async () => {
      const rate = { limit: 2, periodMs: 1_500 };
      const { slots: first } = await acquire(rate, [waiter('a', 2)]);
      const { slots, nextInMs } = await acquire(rate, [waiter('a', 5)]);
      expect([slots.length, nextInMs > AHEAD_MS]).toEqual([0, true]);
      await sleep(nextInMs - AHEAD_MS + 20);
      const { slots: second } = await acquire(rate, [waiter('a', 5)]);
      expect(second.map(({ at }) => at)).toEqual(first.map(({ at }) => at + 1_500));
      expect(second[0]!.inMs).toBeGreaterThan(AHEAD_MS - 150);
    });

    it('holds a scarce slot back for a tenant that was served less and is likely to ask again', async () => {
      const rate = { limit: 4, periodMs: 1_000 };
      await acquire(rate, [waiter('a', 3), waiter('b', 3)]);
      await sleep(800);
      // Of the four slots of the next period `c` takes one, and then stops or is slow.
      const { slots, nextInMs } = await acquire(rate, [waiter('a', 3), waiter('b', 3), waiter('c', 1)], {
        aheadMs: 300,
      });
      expect(tenantsOf(slots)).toBe('cab');
      expect(nextInMs - slots[0]!.inMs).toBe(15);
      await sleep(nextInMs + 5);
      expect(tenantsOf((await acquire(rate, [waiter('a', 2), waiter('b', 2)])).slots)).toHaveLength(1);
    });

    it('forgets a process that has not asked for three seconds', async () => {
      const rate = { limit: 2, periodMs: 4_000 };
      await acquire(rate, [waiter('x', 2)]);
      await acquire(rate, [waiter('b', 3)], { process: 'two' });
      await sleep(3_100);
      const { slots } = await acquire(rate, [waiter('c', 2)], { process: 'three', aheadMs: 4_000 });
      expect(tenantsOf(slots)).toBe('cc');
    });

    it('assigns no slot twice when many processes ask at once', async () => {
      const rate = { limit: 30, periodMs: LONG_PERIOD_MS };
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, i) => acquire(rate, [waiter(`g${i % 5}`, 1)], { process: `process-${i}` })),
      );
      const assigned = results.flatMap(({ slots }) => slots);
      expect(assigned).toHaveLength(30);
      expect(await acquire(rate, [waiter('a', 1)])).toMatchObject({ slots: [], remaining: 0 });
    });

    it('keeps exactly to the rate, and wastes no slot', async () => {
      const rate = { limit: 5, periodMs: 200 };
      const { slots } = await acquire(rate, [waiter('a', 15), waiter('b', 15)], { aheadMs: 1_000 });
      expect(slots).toHaveLength(30);
      slots.forEach(({ at }, i) => i >= 5 && expect(at - slots[i - 5]!.at).toBe(200));
    });

    it('assigns no slot before the end of a pause', async () => {
      const rate = { limit: 3, periodMs: 1_000 };
      await current().pauseRate(ref, 400);
      const { slots, nextInMs } = await acquire(rate, [waiter('a', 1)]);
      expect(slots).toEqual([]);
      expect(nextInMs).toBeGreaterThan(300);
      await eventually(async () => expect((await acquire(rate, [waiter('a', 1)])).slots).toHaveLength(1));
    });

    it('moves the slots after one that was used late', async () => {
      const rate = { limit: 1, periodMs: 10_000 };
      const { slots } = await acquire(rate, [waiter('a', 1)]);
      const before = await acquire(rate, [waiter('a', 1)]);
      const late = [{ at: slots[0]!.at, byMs: 500 }];
      const after = await acquire(rate, [waiter('a', 1)], { late });
      expect(after.nextInMs - before.nextInMs).toBeGreaterThan(400);
      expect((await acquire(rate, [], { late: [{ at: 1, byMs: 5 }] })).nextInMs).toBeGreaterThan(10_000);
    });

    it('counts requests that others sent', async () => {
      const rate = { limit: 10, periodMs: LONG_PERIOD_MS };
      expect(await acquire(rate, [waiter('a', 2)])).toMatchObject({ remaining: 8 });
      await current().limitRemaining(ref, rate, 9);
      expect(await acquire(rate, [])).toMatchObject({ remaining: 8 });
      await current().limitRemaining(ref, rate, 3);
      expect(await acquire(rate, [])).toMatchObject({ remaining: 3 });
      const { slots, nextInMs } = await acquire(rate, [waiter('a', 9)]);
      expect(slots).toHaveLength(3);
      expect(nextInMs).toBeGreaterThan(LONG_PERIOD_MS - 5_000);
    });

    it('does not count slots in the future as sent requests', async () => {
      const rate = { limit: 4, periodMs: 500 };
      await acquire(rate, [waiter('a', 2)], { aheadMs: 0 });
      await current().pauseRate(ref, 200);
      const { slots } = await acquire(rate, [waiter('a', 1)]);
      expect(slots).toHaveLength(1);
      await current().limitRemaining(ref, rate, 2);
      expect(await acquire(rate, [])).toMatchObject({ remaining: 1 });
    });

    it('shares its slots with reserveSlot', async () => {
      const rate = { limit: 3, periodMs: LONG_PERIOD_MS };
      await current().reserveSlot(ref, rate, 0);
      expect((await acquire(rate, [waiter('a', 5)])).slots).toHaveLength(2);
      expect(await current().reserveSlot(ref, rate, 0)).toBeNull();
    });

    it('starts again after all slots have expired', async () => {
      const rate = { limit: 2, periodMs: 100 };
      await acquire(rate, [waiter('a', 2)]);
      await sleep(120);
      expect(await acquire(rate, [waiter('a', 1)])).toMatchObject({ slots: [{ inMs: 0 }], remaining: 1 });
    });

    it('rejects an invalid rate, waiter, aheadMs or late slot', async () => {
      const rate = { limit: 2, periodMs: 100 };
      await expect(acquire({ limit: 0, periodMs: 1 }, [])).rejects.toBeInstanceOf(RangeError);
      await expect(acquire(rate, [waiter('a', 0)])).rejects.toBeInstanceOf(RangeError);
      await expect(acquire(rate, [], { aheadMs: Number.NaN })).rejects.toBeInstanceOf(RangeError);
      await expect(acquire(rate, [], { late: [{ at: 0.5, byMs: 1 }] })).rejects.toBeInstanceOf(RangeError);
    });
  });
}
