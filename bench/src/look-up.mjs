import {
  ADMIN_KEY,
  ENCRYPTION_KEY,
  hubspotAt,
  requestJson,
  startRedis,
  startService,
  storeName,
} from './environment.mjs';
import { connect, program, startProvider } from './handshakes.mjs';
import { freePort, removeFolder, startServer, temporaryFolder } from './processes.mjs';
import { alternate, pairOf, ratioOf } from './rounds.mjs';
import { load, requestsScript } from './wrk.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */

const CONNECTIONS = 100;

/** The token of a connection by its id, against the same reads and the same decryption in a handler of ten lines. */
export const title = 'token look-up against the bare work';

/** @param {Settings} settings @returns {AsyncGenerator<Figure>} */
export async function* measure({ rounds, seconds }) {
  const provider = await startProvider();
  for (const kind of /** @type {const} */ (['redis', 'embedded'])) {
    const folder = await temporaryFolder('look-up');
    const redis = kind === 'redis' ? await startRedis() : undefined;
    const service = await startService({ env: hubspotAt(provider.url), redis, folder });
    const ids = await connect(service.url, CONNECTIONS);
    const paths = ids.map((id) => `/connections/${id}/token`);
    const { key } = await requestJson(`${service.url}/keys`, {
      method: 'POST',
      body: { name: 'bench', scopes: ['credentials:read'], orgIds: ['bench'] },
    });
    const bare = await startBare(redis?.url, folder);
    for (const [credential, secret] of /** @type {const} */ ([
      ['the admin key', ADMIN_KEY],
      ['an API key', key],
    ])) {
      await compare(service.url, bare.url, paths, secret);
      const script = await requestsScript(folder, paths, { authorization: `Bearer ${secret}` });
      for (const callers of [1, 64]) {
        const side = (/** @type {{ url: string; pid: number }} */ { url, pid }, length = seconds) =>
          load({ url, pid, script, callers, seconds: length });
        for (const warm of [service, bare]) await side(warm, 2);
        const { ours, other } = await alternate(rounds, { ours: () => side(service), other: () => side(bare) });
        const rate = (/** @type {typeof ours} */ loads) => loads.map(({ perSecond }) => perSecond);
        const cost = callers === 1;
        yield {
          name: `token look-up, ${storeName(kind)}, ${credential}, ${callers === 1 ? '1 caller' : `${callers} callers`}`,
          group: 'token look-up',
          unit: 'requests/s',
          ours: rate(ours),
          other: rate(other),
          otherIs: 'bare work',
          ratioIs: cost ? 'cost of one (bare rate / ours)' : 'rate (ours / bare)',
          ...(cost ? ratioOf(rate(other), rate(ours)) : ratioOf(rate(ours), rate(other))),
          target: cost ? { atMost: 1.4 } : { atLeast: 0.6 },
          more: {
            'p50 ms': pairOf(ours, other, ({ p50 }) => p50),
            'p99 ms': pairOf(ours, other, ({ p99 }) => p99),
            'processor µs a request': pairOf(ours, other, ({ processorUs }) => processorUs),
          },
        };
      }
    }
    await Promise.all([service.stop(), bare.stop()]);
    await redis?.stop();
    await removeFolder(folder);
  }
  await provider.stop();
}

/** @param {string | undefined} redisUrl @param {string} folder */
async function startBare(redisUrl, folder) {
  const port = await freePort();
  const store = redisUrl === undefined ? { DATA_DIR: `${folder}/data` } : { REDIS_URL: redisUrl };
  return startServer(process.execPath, [program('bare-look-up')], {
    port,
    path: '/ready',
    env: { PORT: `${port}`, KEY_SECRET: ENCRYPTION_KEY.secret, NODE_ENV: 'production', ...store },
  });
}

/**
 * Both sides must return the same.
 * @param {string} ours
 * @param {string} bare
 * @param {readonly string[]} paths
 * @param {string} key
 */
async function compare(ours, bare, paths, key) {
  for (const path of paths) {
    const [a, b] = await Promise.all([requestJson(ours + path, { key }), requestJson(bare + path, { key })]);
    if (JSON.stringify(a) !== JSON.stringify(b))
      throw new Error(`different responses: ${Object.keys(a)} ${Object.keys(b)}`);
  }
}
