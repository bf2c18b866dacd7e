import { hubspotAt, startService } from './environment.mjs';
import { connect, startProvider } from './handshakes.mjs';
import { readItems } from './loads.mjs';
import { removeFolder, temporaryFolder } from './processes.mjs';
import { ratioOf } from './rounds.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */

const LIMIT = { requests: 20, seconds: 2 };
const PAGES = 100;

/** With a limit of so many requests a period, a load cannot end before the period of its last request begins. */
export const title = 'a rate-limited load against the shortest time that its limit allows';

/** @param {Settings} settings @returns {AsyncGenerator<Figure>} */
export async function* measure({ quick }) {
  const folder = await temporaryFolder('paced');
  const provider = await startProvider({ contacts: PAGES * 100 });
  const env = { ...hubspotAt(provider.url), HUBSPOT_RATE_LIMIT: `${LIMIT.requests}/${LIMIT.seconds}` };
  const service = await startService({ env, folder });
  const [id = ''] = await connect(service.url, 1);
  const shortest = (Math.ceil(PAGES / LIMIT.requests) - 1) * LIMIT.seconds * 1000;
  /** @type {number[]} */
  const ours = [];
  for (let round = 0; round < (quick ? 1 : 3); round += 1) {
    // The limiter must have forgotten the requests of the round before.
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, LIMIT.seconds * 1000));
    ours.push((await readItems(service.url, id)).ms);
  }
  const other = ours.map(() => shortest);
  yield {
    name: `load of ${PAGES} pages with ${LIMIT.requests} requests in ${LIMIT.seconds} s`,
    group: 'loads',
    unit: 'ms',
    ours,
    other,
    otherIs: 'theoretical minimum',
    ratioIs: 'time (ours / minimum)',
    ...ratioOf(ours, other),
    target: { atMost: 1.05 },
  };
  await Promise.all([service.stop(), provider.stop()]);
  await removeFolder(folder);
}
