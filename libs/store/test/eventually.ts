import { setTimeout as sleep } from 'node:timers/promises';

/** Tries until `check` passes. The deadline is generous, since it is met only by a test that fails. */
export async function eventually(check: () => unknown, deadlineMs = 10_000): Promise<void> {
  for (const end = Date.now() + deadlineMs; ;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await sleep(10);
  }
}
