import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { log, root } from './run.mjs';

const lock = `${root}dist/.lock`;
const HEARTBEAT_MS = 1_000;
const STALE_AFTER_MS = 10_000;

/**
 * One preparation at a time in this checkout: `npm start` and `npm test` typed together share one install and one build.
 * The owner touches the file every second, so that the lock of a killed process is noticed.
 */
export async function withLock(work) {
  mkdirSync(`${root}dist`, { recursive: true });
  for (let announced = false; !acquire(); await sleep(200)) {
    if (!announced) log('waiting for another command that is installing or building here');
    announced = true;
  }
  const heartbeat = setInterval(() => utimesSync(lock, new Date(), new Date()), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(lock, { force: true });
  }
}

function acquire() {
  if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > STALE_AFTER_MS)
    rmSync(lock, { force: true });
  try {
    writeFileSync(lock, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}
