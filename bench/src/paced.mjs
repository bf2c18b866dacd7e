import { ADMIN_KEY, connect, hubspotAt, startService } from './environment.mjs';
import { program, startProvider } from './handshakes.mjs';
import { removeFolder, run, temporaryFolder } from './processes.mjs';
import { ratioOf } from './rounds.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */

const LIMIT = { requests: 20, seconds: 2 };
const PAGES = 100;
const USER = { orgId: 'bench', userId: 'ann' };

/** Within a budget of so many calls a period, a load cannot end sooner than the period of its last call begins. */
export const title = 'a rate-limited load against the shortest time that its limit allows';

/** @param {Settings} settings @returns {Promise<Figure[]>} */
export async function measure({ quick, say }) {
  const folder = await temporaryFolder('paced');
  const provider = await startProvider({ contacts: PAGES * 100 });
  const env = { ...hubspotAt(provider.url), HUBSPOT_RATE_LIMIT: `${LIMIT.requests}/${LIMIT.seconds}` };
  const service = await startService({ env, folder });
  await connect(service.url, USER);
  const query = new URLSearchParams({ ...USER, types: 'contact' });
  const reader = { URL: `${service.url}/integrations/hubspot/items?${query}`, KEY: ADMIN_KEY };
  const shortest = (Math.ceil(PAGES / LIMIT.requests) - 1) * LIMIT.seconds * 1000;
  /** @type {number[]} */
  const took = [];
  /** @type {Figure[]} */
  const figures = [];
  for (let round = 0; round < (quick ? 1 : 3); round += 1) {
    // The calls of the round before do not count any more.
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, LIMIT.seconds * 1000));
    const read = JSON.parse(await run(process.execPath, [program('reader')], { env: reader }));
    if (read.missing !== undefined) break;
    took.push(read.ms);
  }
  if (took.length === 0) console.log('  no stream of items here: it is not measured');
  else {
    const other = took.map(() => shortest);
    const figure = {
      name: `load of ${PAGES} pages with ${LIMIT.requests} calls in ${LIMIT.seconds} s`,
      group: 'loads',
      unit: 'ms',
      ours: took,
      other,
      otherIs: 'theoretical minimum',
      ratioIs: 'time (ours / minimum)',
      ...ratioOf(took, other),
      target: { atMost: 1.05 },
    };
    say(figure);
    figures.push(figure);
  }
  await Promise.all([service.stop(), provider.stop()]);
  await removeFolder(folder);
  return figures;
}
