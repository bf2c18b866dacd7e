import type { Ref } from '../key-value-store.js';
import {
  BACKGROUND_SLOTS,
  checkAcquireRequest,
  checkFreeSlotsRequest,
  checkRate,
  keptFree,
  MAX_IDLE_JOBS,
  REQUEST_TTL_MS,
  RETURN_MS,
  RETURN_SHARE,
  wholeMaxWaitMs,
  wholeMs,
} from '../limits.js';
import { BACKGROUND_JOB, type AcquireResult, type RateLimitStore, type Slot } from '../rate-limit-store.js';
import type { Connection } from './connection.js';
import { redisKey } from './keys.js';
import { loadScript } from './script.js';

const RESERVE_SLOT = loadScript('slots', 'reserve-slot');
const TAKE_FREE_SLOTS = loadScript('slots', 'take-free-slots');
const ACQUIRE_SLOTS = loadScript('slots', 'acquire-slots');
const LIMIT_REMAINING = loadScript('slots', 'limit-remaining');
const PAUSE_RATE = loadScript('pause-rate');

export function redisRateLimits(connection: Connection): RateLimitStore {
  // The stored names of slots and pauses are those of earlier versions, so that a rolling upgrade keeps to the rate.
  const slotsKey = ({ partition, key }: Ref) => redisKey(partition, 'budget', key);
  const pauseKey = ({ partition, key }: Ref) => redisKey(partition, 'pause', key);
  const queueKey = ({ partition, key }: Ref) => redisKey(partition, 'queue', key);

  return {
    async reserveSlot(ref, rate, maxWaitMs) {
      const { limit, periodMs } = checkRate(rate);
      const args = [limit, periodMs, wholeMaxWaitMs(maxWaitMs)].map(String);
      const wait = (await connection.run(RESERVE_SLOT, [slotsKey(ref), pauseKey(ref)], args)) as number;
      return wait < 0 ? null : wait;
    },

    async takeFreeSlots(ref, rate, request) {
      checkFreeSlotsRequest(request);
      const { limit, periodMs } = checkRate(rate);
      const { calls, spare, spareMs } = request;
      const args = [limit, periodMs, calls, spare, spareMs, keptFree(rate)].map(String);
      const reply = await connection.run(TAKE_FREE_SLOTS, [slotsKey(ref), pauseKey(ref), queueKey(ref)], args);
      if (reply === null) return null;
      const [at, taken, remaining] = reply as [number, number, number];
      return { at, spare: taken, remaining };
    },

    async acquireSlots(ref, rate, request) {
      checkAcquireRequest(request);
      const { limit, periodMs } = checkRate(rate);
      const { process, waiting, aheadMs, late = [] } = request;
      const returnMs = Math.floor(Math.min(RETURN_SHARE * periodMs, RETURN_MS));
      const args = [
        ...[limit, periodMs, Math.floor(aheadMs), REQUEST_TTL_MS, returnMs, MAX_IDLE_JOBS].map(String),
        BACKGROUND_JOB,
        `${BACKGROUND_SLOTS}`,
        process,
        `${late.length}`,
        ...late.flatMap(({ at, byMs }) => [`${at}`, `${wholeMs(byMs)}`]),
        ...waiting.flatMap(({ tenant, job, calls }) => [tenant, job, `${calls}`]),
      ];
      return acquireResult(await connection.run(ACQUIRE_SLOTS, [slotsKey(ref), pauseKey(ref), queueKey(ref)], args));
    },

    async limitRemaining(ref, rate, remaining) {
      const { limit, periodMs } = checkRate(rate);
      const args = [limit, periodMs, Math.max(0, Math.floor(remaining))].map(String);
      await connection.run(LIMIT_REMAINING, [slotsKey(ref)], args);
    },

    async pauseRate(ref, forMs) {
      const ms = wholeMs(forMs);
      if (ms > 0) await connection.run(PAUSE_RATE, [pauseKey(ref)], [`${ms}`]);
    },
  };
}

function acquireResult(reply: unknown): AcquireResult {
  const [nextInMs, waitingTenants, remaining, ...values] = reply as [number, number, number, ...(string | number)[]];
  const slots: Slot[] = [];
  for (let i = 0; i < values.length; i += 4) {
    const [tenant, job, at, inMs] = values.slice(i, i + 4) as [string, string, number, number];
    slots.push({ tenant, job, at, inMs });
  }
  return { slots, nextInMs, waitingTenants, remaining };
}
