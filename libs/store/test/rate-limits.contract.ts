import { randomUUID } from 'node:crypto';
import type { Rate, Ref, Store } from '../src/index.js';
import { eventually } from './eventually.js';

export function describeRateLimits(current: () => Store): void {
  describe('rate limits', () => {
    let ref: Ref;
    beforeEach(() => {
      ref = { partition: randomUUID(), key: 'rate-limit' };
    });

    /** The time of each slot as the caller sees it. The clock is read before and after, so it is exact to `slack` ms. */
    async function reserveSlots(count: number, rate: Rate): Promise<{ wait: number; at: number; slack: number }[]> {
      const taken: { wait: number; at: number; slack: number }[] = [];
      for (let i = 0; i < count; i++) {
        const before = Date.now();
        const wait = (await current().reserveSlot(ref, rate, 600_000))!;
        taken.push({ wait, at: before + wait, slack: Date.now() - before + 2 });
      }
      return taken;
    }

    it('never holds more than the limit in any period, and wastes no slot', async () => {
      const rate = { limit: 5, periodMs: 10_000 };
      const taken = await reserveSlots(23, rate);
      for (const [i, slot] of taken.entries()) {
        const bound = taken[i - rate.limit];
        if (bound === undefined) {
          expect(slot.wait).toBe(0);
        } else {
          const distance = slot.at - bound.at;
          expect(distance).toBeGreaterThanOrEqual(rate.periodMs - slot.slack - bound.slack);
          expect(distance).toBeLessThanOrEqual(rate.periodMs + slot.slack + bound.slack);
        }
      }
    });

    it('gives each of many concurrent callers a slot of its own', async () => {
      const rate = { limit: 10, periodMs: 60_000 };
      const waits = await Promise.all(Array.from({ length: 100 }, () => current().reserveSlot(ref, rate, 3_600_000)));
      const periods = waits.map((wait) => Math.round(wait! / rate.periodMs));
      expect(periods.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => Math.floor(i / 10)));
    });

    it('takes no slot that is further away than maxWaitMs', async () => {
      const rate = { limit: 2, periodMs: 60_000 };
      const reserve = (maxWaitMs: number) => current().reserveSlot(ref, rate, maxWaitMs);
      expect([await reserve(0), await reserve(0)]).toEqual([0, 0]);
      for (let i = 0; i < 5; i++) expect(await reserve(1_000)).toBeNull();
      expect(await reserve(60_000)).toBeLessThanOrEqual(60_000);
      expect(await reserve(Infinity)).toBeLessThanOrEqual(60_000);
      expect(await reserve(Infinity)).toBeGreaterThan(60_000);
    });

    it('has free slots again after a period', async () => {
      const rate = { limit: 3, periodMs: 150 };
      for (let i = 0; i < 3; i++) await current().reserveSlot(ref, rate, 0);
      await eventually(async () => expect(await current().reserveSlot(ref, rate, 0)).toBe(0));
    });

    it('keeps to the rate in real time', async () => {
      const rate = { limit: 4, periodMs: 100 };
      const times: { before: number; after: number }[] = [];
      for (const end = performance.now() + 10_000; times.length <= 2 * rate.limit && performance.now() < end;) {
        const before = performance.now();
        const wait = await current().reserveSlot(ref, rate, 0);
        if (wait === 0) times.push({ before, after: performance.now() });
      }
      for (const [i, { after }] of times.entries()) {
        // The clocks of both sides count whole milliseconds.
        if (i >= rate.limit) expect(after - times[i - rate.limit]!.before).toBeGreaterThan(rate.periodMs - 2);
      }
      expect(times.length).toBeGreaterThan(2 * rate.limit);
    });

    it('reserves no slot within a pause', async () => {
      const rate = { limit: 10, periodMs: 1_000 };
      await current().pauseRate(ref, 60_000);
      await current().pauseRate(ref, 1_000);
      expect(await current().reserveSlot(ref, rate, 50_000)).toBeNull();
      const wait = await current().reserveSlot(ref, rate, 60_000);
      expect(wait).toBeGreaterThan(50_000);
      expect(wait).toBeLessThanOrEqual(60_000);
    });

    it('extends a pause, and resumes after it', async () => {
      const rate = { limit: 10, periodMs: 1_000 };
      await current().pauseRate(ref, 20);
      await current().pauseRate(ref, 400);
      expect(await current().reserveSlot(ref, rate, 0)).toBeNull();
      await eventually(async () => expect(await current().reserveSlot(ref, rate, 0)).toBe(0));
      await current().pauseRate(ref, 0);
      expect(await current().reserveSlot(ref, rate, 0)).toBe(0);
    });

    it('counts earlier slots after the limit is lowered', async () => {
      const periodMs = 60_000;
      for (let i = 0; i < 10; i++) await current().reserveSlot(ref, { limit: 10, periodMs }, 0);
      const smaller = { limit: 2, periodMs };
      expect(await current().reserveSlot(ref, smaller, 1_000)).toBeNull();
      const waits = [];
      for (let i = 0; i < 4; i++)
        waits.push(Math.round((await current().reserveSlot(ref, smaller, Infinity))! / periodMs));
      expect(waits).toEqual([1, 1, 2, 2]);
    });

    it('adds only the difference after the limit is raised', async () => {
      const periodMs = 60_000;
      for (let i = 0; i < 2; i++) await current().reserveSlot(ref, { limit: 2, periodMs }, 0);
      let free = 0;
      while ((await current().reserveSlot(ref, { limit: 7, periodMs }, 1_000)) !== null) free++;
      expect(free).toBe(5);
    });

    it('reserves no slot before an earlier one after the limit is raised', async () => {
      const periodMs = 60_000;
      for (let i = 0; i < 3; i++) await current().reserveSlot(ref, { limit: 1, periodMs }, Infinity);
      const wait = (await current().reserveSlot(ref, { limit: 5, periodMs }, Infinity))!;
      expect(Math.round(wait / periodMs)).toBe(2);
    });

    it('keeps to the larger limit while processes use different ones', async () => {
      const periodMs = 60_000;
      let free = 0;
      for (let i = 0; i < 20; i++) {
        if ((await current().reserveSlot(ref, { limit: i % 2 ? 3 : 6, periodMs }, 1_000)) !== null) free++;
      }
      expect(free).toBe(6);
    });

    it('rejects an invalid rate', async () => {
      for (const rate of [
        { limit: 0, periodMs: 1 },
        { limit: 1, periodMs: 0 },
        { limit: 1.5, periodMs: 1 },
      ]) {
        await expect(current().reserveSlot(ref, rate, 0)).rejects.toBeInstanceOf(RangeError);
      }
    });
  });
}
