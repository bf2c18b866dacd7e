import './node-version.mjs';
import { build, PARTS, staleParts } from './build.mjs';
import { install, installIsNeeded } from './install.mjs';
import { alone } from './lock.mjs';
import { say, since } from './run.mjs';

/** Installs what is missing and builds what is out of date; does nothing, quickly, when all is in place. */
export async function prepare(names = PARTS) {
  if (!installIsNeeded() && staleParts(names).length === 0) return;
  await alone(async () => {
    if (installIsNeeded()) await install();
    const stale = staleParts(names);
    if (stale.length === 0) return;
    const start = performance.now();
    say(`building: ${stale.join(', ')}`);
    const results = await Promise.allSettled(stale.map(build));
    for (const { reason } of results) if (reason) throw reason;
    say(`built (${since(start)})`);
  });
}
