import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AcquireRequest, Rate, Ref, Slot, Store, Waiter } from '../src/index.js';
import { eventually } from './eventually.js';

const AHEAD = 250;
/** Wide enough for all places of a test to be asked for in one period. */
const LONG = 60_000;

const wait = (group: string, calls: number, flow = 'flow'): Waiter => ({ tenant: group, job: flow, calls });
const whose = (places: readonly Slot[]) => places.map(({ tenant: group }) => group).join('');

export function describeFairSlots(current: () => Store): void {
  describe('acquireSlots', () => {
    let ref: Ref;
    beforeEach(() => {
      ref = { partition: randomUUID(), key: 'budget' };
    });
    const ask = (
      rate: Rate,
      waiting: Waiter[],
      { process: asker = 'one', aheadMs = AHEAD, ...rest }: Partial<AcquireRequest> = {},
    ) => current().acquireSlots(ref, rate, { process: asker, waiting, aheadMs, ...rest });

    it('gives a free place at once', async () => {
      const rate = { limit: 3, periodMs: LONG };
      const first = await ask(rate, [wait('a', 1)]);
      expect(first.slots).toMatchObject([{ tenant: 'a', job: 'flow', inMs: 0 }]);
      expect([first.nextInMs, first.waitingTenants, first.remaining]).toEqual([0, 0, 2]);
    });

    it('gives no more than the limit, and says when the next one is', async () => {
      const rate = { limit: 3, periodMs: LONG };
      const {
        slots: places,
        nextInMs,
        waitingTenants: groups,
        remaining: left,
      } = await ask(rate, [wait('a', 2), wait('b', 2)]);
      expect(whose(places)).toBe('aba');
      expect([nextInMs, groups, left]).toEqual([LONG, 1, 0]);
    });

    it('gives places ahead of their time, exactly a period after those before', async () => {
      const rate = { limit: 2, periodMs: 400 };
      const { slots: first } = await ask(rate, [wait('a', 2)]);
      const { slots: places, nextInMs } = await ask(rate, [wait('a', 5)]);
      expect([places.length, nextInMs > AHEAD]).toEqual([0, true]);
      await sleep(nextInMs - AHEAD + 20);
      const { slots: second } = await ask(rate, [wait('a', 5)]);
      expect(second.map(({ at }) => at)).toEqual(first.map(({ at }) => at + 400));
      expect(second[0]!.inMs).toBeGreaterThan(AHEAD - 150);
    });

    it('gives every place to the group that was served least, and saves up nothing', async () => {
      const rate = { limit: 12, periodMs: LONG };
      const waiting = [wait('a', 9)];
      const first = await ask({ ...rate, limit: 4 }, waiting);
      expect(whose(first.slots)).toBe('aaaa');
      // Who comes later begins where the others are.
      const later = await ask(rate, [wait('a', 5), wait('b', 9)]);
      expect(whose(later.slots)).toBe('bbababab');
    });

    it('where places are short, waits a moment for a group that was served less and is likely to be back', async () => {
      const rate = { limit: 4, periodMs: 1_000 };
      await ask(rate, [wait('a', 3), wait('b', 3)]);
      await sleep(800);
      // Of four places of the next period `c` takes one, and is then gone or slow.
      const { slots: places, nextInMs } = await ask(rate, [wait('a', 3), wait('b', 3), wait('c', 1)], { aheadMs: 300 });
      expect(whose(places)).toBe('cab');
      expect(nextInMs - places[0]!.inMs).toBe(15);
      await sleep(nextInMs + 5);
      expect(whose((await ask(rate, [wait('a', 2), wait('b', 2)])).slots)).toHaveLength(1);
    });

    it('within a group gives every place to the flow that was served least, and within a flow in order', async () => {
      const rate = { limit: 3, periodMs: LONG };
      await ask(rate, [wait('a', 9, 'load')]);
      const { slots: places } = await ask({ ...rate, limit: 7 }, [
        wait('a', 6, 'load'),
        wait('a', 1, 'read'),
        wait('a', 1, 'other'),
      ]);
      expect(places.map(({ job: flow }) => flow)).toEqual(['read', 'other', 'load', 'load']);
    });

    it('a group does not get more by having more flows', async () => {
      const flows = Array.from({ length: 6 }, (_, i) => wait('a', 1, `flow-${i}`));
      const { slots: places } = await ask({ limit: 8, periodMs: LONG }, [...flows, wait('b', 9)]);
      expect(whose(places)).toBe('abababab');
    });

    it('keeps the places of another process until it asks', async () => {
      const rate = { limit: 4, periodMs: 300 };
      await ask(rate, [wait('x', 4)]);
      const { nextInMs } = await ask(rate, [wait('b', 3)], { process: 'two', aheadMs: 0 });
      expect(nextInMs).toBeGreaterThan(0);
      const mine = await ask(rate, [wait('a', 3)], { aheadMs: 300 });
      expect(whose(mine.slots)).toBe('aa');
      // It did not know yet that two of its three calls have a place.
      const others = await ask(rate, [wait('b', 3)], { process: 'two', aheadMs: 0 });
      expect(whose(others.slots)).toBe('bb');
      expect(others.waitingTenants).toBe(2);
      expect(others.slots.map(({ at }) => at)).toEqual(mine.slots.map(({ at }) => at));
    });

    it('gives nothing to who has left', async () => {
      const rate = { limit: 2, periodMs: 300 };
      await ask(rate, [wait('x', 2)]);
      await ask(rate, [wait('b', 3)], { process: 'two', aheadMs: 0 });
      await ask(rate, [], { process: 'two', aheadMs: 0 });
      expect(whose((await ask(rate, [wait('a', 2)], { aheadMs: 300 })).slots)).toBe('aa');
    });

    it('forgets a process that asks no more', async () => {
      const rate = { limit: 2, periodMs: 4_000 };
      await ask(rate, [wait('x', 2)]);
      await ask(rate, [wait('b', 3)], { process: 'two' });
      await sleep(3_100);
      const { slots: places } = await ask(rate, [wait('c', 2)], { process: 'three', aheadMs: 4_000 });
      expect(whose(places)).toBe('cc');
    });

    it('gives a place to each of many who ask at once, and no place twice', async () => {
      const rate = { limit: 30, periodMs: LONG };
      const asked = await Promise.all(
        Array.from({ length: 50 }, (_, i) => ask(rate, [wait(`g${i % 5}`, 1)], { process: `asker-${i}` })),
      );
      const here = asked.flatMap(({ slots: places }) => places);
      expect(here).toHaveLength(30);
      expect(await ask(rate, [wait('a', 1)])).toMatchObject({ slots: [], remaining: 0 });
    });

    it('keeps to the rate in real time', async () => {
      const rate = { limit: 5, periodMs: 200 };
      const times: number[] = [];
      for (const end = Date.now() + 1_300; Date.now() < end;) {
        times.push(...(await ask(rate, [wait('a', 3), wait('b', 3)])).slots.map(({ at }) => at));
        await sleep(20);
      }
      times.forEach((at, i) => i >= 5 && expect(at - times[i - 5]!).toBeGreaterThanOrEqual(200));
      expect(times.at(-1)! - times[0]!).toBeLessThanOrEqual(Math.ceil(times.length / 5 - 1) * 200);
      expect(times.length).toBeGreaterThanOrEqual(30);
    });

    it('gives no place before the end of a pause', async () => {
      const rate = { limit: 3, periodMs: 1_000 };
      await current().pauseRate(ref, 400);
      const { slots: places, nextInMs } = await ask(rate, [wait('a', 1)]);
      expect(places).toEqual([]);
      expect(nextInMs).toBeGreaterThan(300);
      await eventually(async () => expect((await ask(rate, [wait('a', 1)])).slots).toHaveLength(1));
    });

    it('moves what comes after a place that was used late', async () => {
      const rate = { limit: 1, periodMs: 10_000 };
      const { slots: places } = await ask(rate, [wait('a', 1)]);
      const before = await ask(rate, [wait('a', 1)]);
      const late = [{ at: places[0]!.at, byMs: 500 }];
      const after = await ask(rate, [wait('a', 1)], { late });
      expect(after.nextInMs - before.nextInMs).toBeGreaterThan(400);
      expect((await ask(rate, [], { late: [{ at: 1, byMs: 5 }] })).nextInMs).toBeGreaterThan(10_000);
    });

    it('counts what others used', async () => {
      const rate = { limit: 10, periodMs: LONG };
      expect(await ask(rate, [wait('a', 2)])).toMatchObject({ remaining: 8 });
      await current().limitRemaining(ref, rate, 9);
      expect(await ask(rate, [])).toMatchObject({ remaining: 8 });
      await current().limitRemaining(ref, rate, 3);
      expect(await ask(rate, [])).toMatchObject({ remaining: 3 });
      const { slots: places, nextInMs } = await ask(rate, [wait('a', 9)]);
      expect(places).toHaveLength(3);
      expect(nextInMs).toBeGreaterThan(LONG - 5_000);
    });

    it('does not take places in the future for calls that were made', async () => {
      const rate = { limit: 4, periodMs: 500 };
      await ask(rate, [wait('a', 2)], { aheadMs: 0 });
      await current().pauseRate(ref, 200);
      const { slots: places } = await ask(rate, [wait('a', 1)]);
      expect(places).toHaveLength(1);
      await current().limitRemaining(ref, rate, 2);
      expect(await ask(rate, [])).toMatchObject({ remaining: 1 });
    });

    it('counts the same places as a reservation', async () => {
      const rate = { limit: 3, periodMs: LONG };
      await current().reserveSlot(ref, rate, 0);
      expect((await ask(rate, [wait('a', 5)])).slots).toHaveLength(2);
      expect(await current().reserveSlot(ref, rate, 0)).toBeNull();
    });

    it('begins anew when all has ended', async () => {
      const rate = { limit: 2, periodMs: 100 };
      await ask(rate, [wait('a', 2)]);
      await sleep(120);
      expect(await ask(rate, [wait('a', 1)])).toMatchObject({ slots: [{ inMs: 0 }], remaining: 1 });
    });

    it('refuses what makes no sense', async () => {
      const rate = { limit: 2, periodMs: 100 };
      await expect(ask({ limit: 0, periodMs: 1 }, [])).rejects.toBeInstanceOf(RangeError);
      await expect(ask(rate, [wait('a', 0)])).rejects.toBeInstanceOf(RangeError);
      await expect(ask(rate, [], { aheadMs: Number.NaN })).rejects.toBeInstanceOf(RangeError);
      await expect(ask(rate, [], { late: [{ at: 0.5, byMs: 1 }] })).rejects.toBeInstanceOf(RangeError);
    });
  });
}
