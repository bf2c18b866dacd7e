import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { FreeSlotsRequest, Rate, Ref, Store, Waiter } from '../src/index.js';
import { LONG_PERIOD_MS } from './fair-order.fixture.js';

const waiter = (calls: number): Waiter => ({ tenant: 'tenant', job: 'job', calls });

/** What several processes do with one rate limit. */
type Step =
  | ({ kind: 'free'; usedLate: boolean } & FreeSlotsRequest)
  | { kind: 'fair'; process: string; calls: number; aheadMs: number }
  | { kind: 'late'; byMs: number }
  | { kind: 'sleep'; ms: number };

const ms = (max: number) => fc.integer({ min: 0, max });
const calls = fc.integer({ min: 1, max: 6 });
const STEP: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('free'), calls, spare: ms(5), spareMs: ms(40), usedLate: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('fair'), process: fc.constantFrom('one', 'two'), calls, aheadMs: ms(30) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('late'), byMs: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('sleep'), ms: ms(30) }) },
) as fc.Arbitrary<Step>;

export function describeFreeSlots(current: () => Store): void {
  describe('takeFreeSlots', () => {
    let ref: Ref;
    beforeEach(() => {
      ref = { partition: randomUUID(), key: 'rate-limit' };
    });
    const take = (rate: Rate, request: Partial<FreeSlotsRequest> = {}) =>
      current().takeFreeSlots(ref, rate, { calls: 1, spare: 0, spareMs: 1_000, ...request });
    const acquire = (rate: Rate, waiting: Waiter[], options: { process?: string; aheadMs?: number } = {}) =>
      current().acquireSlots(ref, rate, { process: 'one', waiting, aheadMs: 0, ...options });

    it('takes slots while they are free, and nothing when fewer are free than wanted', async () => {
      const rate = { limit: 3, periodMs: LONG_PERIOD_MS };
      expect(await take(rate, { calls: 2 })).toMatchObject({ spare: 0, remaining: 1 });
      expect(await take(rate, { calls: 2 })).toBeNull();
      expect(await take(rate)).toMatchObject({ remaining: 0 });
      expect(await take(rate)).toBeNull();
    });

    it('takes spare slots only while a quarter of the limit stays free', async () => {
      const rate = { limit: 16, periodMs: LONG_PERIOD_MS };
      expect(await take(rate, { spare: 5 })).toMatchObject({ spare: 5, remaining: 10 });
      expect(await take(rate, { spare: 9 })).toMatchObject({ spare: 5, remaining: 4 });
      expect(await take(rate, { spare: 9 })).toMatchObject({ spare: 0, remaining: 3 });
    });

    it('counts a spare slot from the end of its time', async () => {
      const rate = { limit: 2, periodMs: 300 };
      const taken = await take({ limit: 8, periodMs: 300 }, { spare: 1, spareMs: 250 });
      const { nextInMs, slots } = await acquire(rate, [waiter(2)], { aheadMs: 2_000 });
      expect(slots.map(({ at }) => at - taken!.at)).toEqual([300, 550]);
      expect(nextInMs).toBeGreaterThan(500);
    });

    it('keeps the order of slots that are used now and spare ones', async () => {
      const rate = { limit: 8, periodMs: LONG_PERIOD_MS };
      await take(rate, { spare: 3, spareMs: 2_000 });
      await take(rate, { calls: 2 });
      await current().limitRemaining(ref, rate, 4);
      // Three requests were sent, and three slots are spare.
      expect(await acquire(rate, [])).toMatchObject({ remaining: 1 });
    });

    it('takes nothing while a request waits in any process, and again when slots are no longer scarce', async () => {
      const rate = { limit: 2, periodMs: 200 };
      await take(rate, { calls: 2 });
      await acquire(rate, [waiter(1)]);
      await sleep(210);
      expect(await take(rate)).toBeNull();
      await acquire(rate, [waiter(1)]);
      await acquire(rate, []);
      await sleep(420);
      await acquire(rate, []);
      expect(await take(rate)).not.toBeNull();
    });

    it('leaves no queue behind where nothing waited', async () => {
      const rate = { limit: 5, periodMs: LONG_PERIOD_MS };
      await acquire(rate, [waiter(2)]);
      expect(await take(rate)).toMatchObject({ remaining: 2 });
    });

    it('takes nothing within a pause', async () => {
      const rate = { limit: 3, periodMs: 1_000 };
      await current().pauseRate(ref, 60_000);
      expect(await take(rate)).toBeNull();
    });

    it('shares its slots with acquireSlots and reserveSlot', async () => {
      const rate = { limit: 6, periodMs: LONG_PERIOD_MS };
      await take(rate, { calls: 2 });
      await current().reserveSlot(ref, rate, 0);
      expect((await acquire(rate, [waiter(9)])).slots).toHaveLength(3);
    });

    it('gives no slot twice to processes that ask at once', async () => {
      const rate = { limit: 30, periodMs: LONG_PERIOD_MS };
      const taken = await Promise.all(Array.from({ length: 50 }, () => take(rate, { spare: 1 })));
      const slots = taken.reduce((sum, one) => sum + (one === null ? 0 : 1 + one.spare), 0);
      expect(slots).toBe(30);
    });

    it('counts a slot that was used late, also where that is told after the slot has expired', async () => {
      const rate = { limit: 1, periodMs: 200 };
      const [slot] = (await acquire(rate, [waiter(1)])).slots;
      const at = slot?.at ?? 0;
      await sleep(rate.periodMs + 10);
      const request = { process: 'one', waiting: [waiter(1)], aheadMs: 1_000, late: [{ at, byMs: 180 }] };
      const { slots } = await current().acquireSlots(ref, rate, request);
      expect(slots[0]?.at).toBeGreaterThanOrEqual(at + 180 + rate.periodMs);
    });

    it('never lets more than the limit be used in any period, whatever processes take, keep or use late', async () => {
      const rate = { limit: 7, periodMs: 50 };
      await fc.assert(
        fc.asyncProperty(fc.array(STEP, { minLength: 30, maxLength: 80 }), async (steps) => {
          ref = { partition: randomUUID(), key: 'rate-limit' };
          const used: number[] = [];
          for (const step of steps) {
            if (step.kind === 'sleep') await sleep(step.ms);
            else if (step.kind === 'free') {
              const taken = await current().takeFreeSlots(ref, rate, step);
              if (taken === null) continue;
              for (let i = 0; i < step.calls; i += 1) used.push(taken.at);
              for (let i = 0; i < taken.spare; i += 1) used.push(taken.at + (step.usedLate ? step.spareMs : 0));
            } else if (step.kind === 'fair') {
              const { slots } = await acquire(rate, [waiter(step.calls)], step);
              for (const { at } of slots) used.push(at);
              // Its other calls give up.
              await acquire(rate, [], { process: step.process }).then(({ slots: kept }) =>
                kept.forEach(({ at }) => used.push(at)),
              );
            } else {
              const at = Math.max(...used, 0);
              const index = used.indexOf(at);
              // Later slots were assigned before it was known: only a slot after which none was can be late without harm.
              if (index === used.length - 1 && index >= 0) {
                await current().acquireSlots(ref, rate, {
                  process: 'one',
                  waiting: [],
                  aheadMs: 0,
                  late: [{ at, byMs: step.byMs }],
                });
                used[index] = at + step.byMs;
              }
            }
          }
          used.sort((a, b) => a - b);
          for (const [i, at] of used.entries())
            if (i >= rate.limit) expect(at - used[i - rate.limit]!).toBeGreaterThanOrEqual(rate.periodMs);
        }),
        { numRuns: 12, endOnFailure: true },
      );
    });

    it('rejects an invalid number of slots or time', async () => {
      const rate = { limit: 2, periodMs: 100 };
      for (const request of [{ calls: 0 }, { spare: -1 }, { spareMs: 0.5 }]) {
        await expect(take(rate, request)).rejects.toBeInstanceOf(RangeError);
      }
    });
  });
}
