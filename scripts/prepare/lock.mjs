import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, say } from './run.mjs';

const lock = `${root}dist/.lock`;
const BEAT_MS = 1_000;
const DEAD_AFTER_MS = 15_000;

/**
 * One preparation at a time in this folder: `npm start` and `npm test` typed together share one install and one build.
 * The holder touches the file every second, so a killed one is noticed.
 */
export async function alone(work) {
  mkdirSync(`${root}dist`, { recursive: true });
  for (let told = false; !take(); await sleep(200)) {
    if (isAbandoned()) {
      discard();
    } else if (!told) {
      say('waiting for another command that is installing or building here');
      told = true;
    }
  }
  const beat = setInterval(() => utimesSync(lock, new Date(), new Date()), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(lock, { force: true });
  }
}

/** A link appears together with its content, or not at all. */
function take() {
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function isAbandoned() {
  try {
    if (Date.now() - statSync(lock).mtimeMs > DEAD_AFTER_MS) return true;
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Of several that wait, one wins the rename; the others find the file gone. */
function discard() {
  const old = `${lock}.${process.pid}.old`;
  try {
    renameSync(lock, old);
    rmSync(old, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
