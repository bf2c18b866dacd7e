import './node-version.mjs';
import { build, PARTS, staleParts } from './build.mjs';
import { install, installIsNeeded } from './install.mjs';
import { withLock } from './lock.mjs';
import { log, since } from './run.mjs';

/** Installs what is missing and builds what is out of date; returns quickly when there is nothing to do. */
export async function prepare(parts = PARTS) {
  if (!installIsNeeded() && staleParts(parts).length === 0) return;
  await withLock(async () => {
    if (installIsNeeded()) await install();
    const stale = staleParts(parts);
    if (stale.length === 0) return;
    const start = performance.now();
    log(`building: ${stale.join(', ')}, half a minute or several`);
    const results = await Promise.allSettled(stale.map(build));
    for (const { reason } of results) if (reason) throw reason;
    log(`built (${since(start)})`);
  });
}
