import { ADMIN_KEY, hubspotAt, startRedis, startService } from './environment.mjs';
import { connect, startProvider } from './handshakes.mjs';
import { removeFolder, temporaryFolder } from './processes.mjs';
import { median, pairOf, ratioOf } from './rounds.mjs';
import { load, requestsScript } from './wrk.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */
/** @typedef {import('./wrk.mjs').Loaded} Loaded */

const PATH = 'account-info/2026-09/details';
const ACCOUNTS = 400;
const CALLERS = 16;
/** Until the JIT has compiled the code. */
const WARM_UP_SECONDS = 8;

/** As a deployment runs it: many accounts, each with the provider's rate limit, which is far away for most of them. */
export const title = `proxied calls over ${ACCOUNTS} accounts with the rate limits on and off`;

/** @param {Settings} settings @returns {AsyncGenerator<Figure>} */
export async function* measure({ rounds, seconds, quick }) {
  const folder = await temporaryFolder('limits');
  const provider = await startProvider();
  const { HUBSPOT_RATE_LIMIT: _, ...limited } = hubspotAt(provider.url);
  const on = await startSide(limited, folder);
  const off = await startSide(hubspotAt(provider.url), folder);
  const direct = await requestsScript(folder, [`/hubspot/${PATH}`], {});
  const sides = {
    on: (/** @type {number} */ length) => load({ ...on, callers: CALLERS, seconds: length }),
    off: (/** @type {number} */ length) => load({ ...off, callers: CALLERS, seconds: length }),
    direct: (/** @type {number} */ length) => load({ ...provider, script: direct, callers: CALLERS, seconds: length }),
  };
  for (const side of [sides.on, sides.off]) await side(quick ? 1 : WARM_UP_SECONDS);
  /** @type {Record<keyof typeof sides, Loaded[]>} */
  const measured = { on: [], off: [], direct: [] };
  const names = /** @type {(keyof typeof sides)[]} */ (Object.keys(sides));
  for (let round = 0; round < rounds * 2; round += 1)
    for (const name of round % 2 === 0 ? names : names.toReversed()) measured[name].push(await sides[name](seconds));
  const rate = (/** @type {keyof typeof sides} */ name) => measured[name].map(({ perSecond }) => perSecond);
  const base = {
    group: 'limits',
    unit: 'requests/s',
    ours: rate('on'),
    ratioIs: 'rate (on / other)',
  };
  yield {
    ...base,
    name: `proxy over ${ACCOUNTS} accounts, Redis, ${CALLERS} callers, rate limits on`,
    other: rate('off'),
    otherIs: 'rate limits off',
    ...ratioOf(rate('on'), rate('off')),
    target: { atLeast: 0.85 },
    more: {
      'p50 ms': pairOf(measured.on, measured.off, ({ p50 }) => p50),
      'processor µs a request': pairOf(measured.on, measured.off, ({ processorUs }) => processorUs),
      'p50 ms of the provider': { ours: median(measured.direct.map(({ p50 }) => p50)), other: NaN },
    },
  };
  yield {
    ...base,
    name: `proxy over ${ACCOUNTS} accounts, Redis, ${CALLERS} callers, rate limits on, against the provider`,
    other: rate('direct'),
    otherIs: 'the direct request',
    ...ratioOf(rate('on'), rate('direct')),
    target: null,
  };
  await Promise.all([on.stop(), off.stop(), provider.stop()]);
  await removeFolder(folder);
}

/** A service with a Redis of its own. @param {Record<string, string>} env @param {string} folder */
async function startSide(env, folder) {
  const redis = await startRedis();
  const service = await startService({ env, redis, folder: await temporaryFolder('limits-side') });
  const ids = await connect(service.url, ACCOUNTS);
  const paths = ids.map((id) => `/connections/${id}/proxy/${PATH}`);
  const script = await requestsScript(folder, paths, { authorization: `Bearer ${ADMIN_KEY}` });
  return { ...service, script, stop: () => service.stop().then(() => redis.stop()) };
}
