import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '@causeway/problem';
import { isStoreUnavailable } from './refresh-backoff.js';

const MIN_DELAY_MS = 60;
const MAX_DELAY_MS = 500;
const GIVE_UP_MS = 10 * 60_000;

/**
 * Stores a new credential: the provider has already invalidated the old refresh token, so giving up would lose the grant.
 * @param onOutage called when the store has not taken it for `outageMs`
 */
export async function retryWhileUnavailable(
  write: () => Promise<boolean>,
  outageMs: number,
  onOutage: (problem: Problem) => void,
): Promise<boolean> {
  const begin = performance.now();
  for (let delayMs = MIN_DELAY_MS; ; delayMs = Math.min(2 * delayMs, MAX_DELAY_MS)) {
    try {
      return await write();
    } catch (error) {
      const elapsedMs = performance.now() - begin;
      if (!isStoreUnavailable(error) || elapsedMs >= GIVE_UP_MS) throw error;
      if (elapsedMs >= outageMs) onOutage(error);
      await sleep(delayMs);
    }
  }
}
