import { hubspotAt, requestJson, startRedis, startService } from './environment.mjs';
import { connect, startProvider } from './handshakes.mjs';
import { removeFolder, temporaryFolder } from './processes.mjs';
import { alternate, pairOf, ratioOf } from './rounds.mjs';
import { load, requestsScript } from './wrk.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */

const CONNECTIONS = 100;
const CALLERS = 64;
const WORKERS = 2;
/** Until the JIT of each worker has compiled the code. */
const WARM_UP_SECONDS = 6;

/** Callers and Redis run on the same cores, so on a machine with two cores no more than these leave is gained. */
export const title = `token look-ups of ${WORKERS} workers against one`;

/** @param {Settings} settings @returns {AsyncGenerator<Figure>} */
export async function* measure({ rounds, seconds, quick }) {
  const folder = await temporaryFolder('workers');
  const [provider, redis] = [await startProvider(), await startRedis()];
  const start = (/** @type {number} */ workers) =>
    startService({ env: { ...hubspotAt(provider.url), WORKERS: `${workers}` }, redis, folder });
  const services = { ours: await start(WORKERS), other: await start(1) };
  const ids = await connect(services.other.url, CONNECTIONS);
  const body = { name: 'bench', scopes: ['credentials:read'], orgIds: ['bench'] };
  const { key } = await requestJson(`${services.other.url}/keys`, { method: 'POST', body });
  const paths = ids.map((id) => `/connections/${id}/token`);
  const script = await requestsScript(folder, paths, { authorization: `Bearer ${key}` });
  const side = (/** @type {keyof typeof services} */ name, length = seconds) =>
    load({ ...services[name], script, callers: CALLERS, seconds: length });
  for (const name of /** @type {const} */ (['ours', 'other'])) await side(name, quick ? 1 : WARM_UP_SECONDS);
  const { ours, other } = await alternate(rounds, { ours: () => side('ours'), other: () => side('other') });
  const rate = (/** @type {typeof ours} */ loads) => loads.map(({ perSecond }) => perSecond);
  yield {
    name: `token look-up, Redis, an API key, ${CALLERS} callers, WORKERS=${WORKERS}`,
    group: 'workers',
    unit: 'requests/s',
    ours: rate(ours),
    other: rate(other),
    otherIs: 'WORKERS=1',
    ratioIs: `rate (${WORKERS} workers / 1)`,
    ...ratioOf(rate(ours), rate(other)),
    target: { atLeast: 1.5 },
    more: { 'p50 ms': pairOf(ours, other, ({ p50 }) => p50), 'p99 ms': pairOf(ours, other, ({ p99 }) => p99) },
  };
  await Promise.all(Object.values(services).map((one) => one.stop()));
  await Promise.all([provider.stop(), redis.stop()]);
  await removeFolder(folder);
}
