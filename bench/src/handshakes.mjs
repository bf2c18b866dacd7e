import { fileURLToPath } from 'node:url';
import { ADMIN_KEY, hubspotAt, notionAt, startRedis, startService, storeName } from './environment.mjs';
import { freePort, processorMs, removeFolder, run, startServer, temporaryFolder } from './processes.mjs';
import { alternate, pairOf, ratioOf } from './rounds.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */
/** @typedef {import('./processes.mjs').Running} Running */

export const program = (/** @type {string} */ name) =>
  fileURLToPath(new URL(`../programs/${name}.mjs`, import.meta.url));

const CALLERS = 64;
/** Until the JIT has compiled the code. */
const WARM_UP_SECONDS = 20;

/**
 * Notion's token response names the account: both sides make one call. HubSpot's leaves a detail out, which takes us a second call that
 * grant never makes.
 */
const PAIRS = /** @type {const} */ ([
  { store: 'redis', integration: 'notion', kind: 'grantRedis' },
  { store: 'redis', integration: 'notion', kind: 'grant' },
  { store: 'redis', integration: 'hubspot', kind: 'grant' },
  { store: 'redis', integration: 'hubspot', kind: 'bare' },
  { store: 'embedded', integration: 'notion', kind: 'grant' },
]);

const NAMES = {
  notion: 'Notion',
  hubspot: 'HubSpot (one call more)',
  grantRedis: 'grant with its sessions in the same Redis',
  grant: 'grant',
  bare: 'the bare hops',
};

const OTHERS = /** @type {const} */ ({
  grantRedis: { is: 'grant, sessions in Redis', target: { atLeast: 0.6 } },
  grant: { is: 'grant, sessions in memory', target: { atLeast: 1 } },
  bare: { is: 'nothing stored', target: null },
});

/**
 * Causeway encrypts the grant, stores it and asks the provider for the account; grant keeps it in a session, in Redis or in memory. One
 * process of users connects to each side. The mock provider costs little, so that it is not what is measured.
 */
export const title = 'connect handshakes against grant and against the bare hops';

/** @param {Settings} settings @returns {AsyncGenerator<Figure>} */
export async function* measure({ rounds, seconds, quick }) {
  const provider = await startProvider();
  const sessionless = {
    grant: await startOther('grant-connect', '/', provider.url),
    bare: await startOther('bare-hops', '/ready', provider.url),
  };
  const users = async (
    /** @type {string} */ kind,
    /** @type {Running} */ { url, pid },
    /** @type {string} */ integration,
    length = seconds,
  ) => {
    const before = await processorMs(pid);
    const connected = await connectUsers(url, { kind, integration, callers: CALLERS, seconds: length });
    return { ...connected, processorUs: (((await processorMs(pid)) - before) * 1000) / connected.count };
  };
  for (const store of /** @type {const} */ (['redis', 'embedded'])) {
    const folder = await temporaryFolder('handshakes');
    const redis = store === 'redis' ? await startRedis() : undefined;
    const env = { ...hubspotAt(provider.url), ...notionAt(provider.url) };
    const service = await startService({ env, redis, folder });
    const others = {
      ...sessionless,
      grantRedis: redis ? await startOther('grant-connect', '/', provider.url, { REDIS_URL: redis.url }) : null,
    };
    for (const { integration, kind } of PAIRS.filter((pair) => pair.store === store)) {
      const other = others[kind];
      if (other === null) continue;
      const sides = {
        ours: (length = seconds) => users('causeway', service, integration, length),
        other: (length = seconds) => users(kind === 'bare' ? 'bare' : 'grant', other, integration, length),
      };
      for (const side of Object.values(sides)) await side(quick ? 1 : WARM_UP_SECONDS);
      const measured = await alternate(rounds, { ours: () => sides.ours(), other: () => sides.other() });
      const ours = measured.ours.map(({ perSecond }) => perSecond);
      const theirs = measured.other.map(({ perSecond }) => perSecond);
      yield {
        name: `connect handshakes, ${NAMES[integration]}, ${storeName(store)}, ${CALLERS} users at once, against ${NAMES[kind]}`,
        group: 'handshakes',
        unit: 'handshakes/s',
        ours,
        other: theirs,
        otherIs: OTHERS[kind].is,
        ratioIs: 'rate (ours / other)',
        ...ratioOf(ours, theirs),
        target: OTHERS[kind].target,
        more: {
          'p50 ms': pairOf(measured.ours, measured.other, ({ p50 }) => p50),
          'p99 ms': pairOf(measured.ours, measured.other, ({ p99 }) => p99),
          'processor µs a handshake': pairOf(measured.ours, measured.other, ({ processorUs }) => processorUs),
        },
      };
    }
    await others.grantRedis?.stop();
    await service.stop();
    await redis?.stop();
    await removeFolder(folder);
  }
  await Promise.all([provider, ...Object.values(sessionless)].map((one) => one.stop()));
}

/** @param {{ contacts?: number; latencyMs?: number }} [options] how many contacts it has, and the latency of its API */
export async function startProvider({ contacts = 0, latencyMs = 0 } = {}) {
  const port = await freePort();
  const env = { PORT: `${port}`, CONTACTS: `${contacts}`, LATENCY_MS: `${latencyMs}` };
  return startServer(process.execPath, [program('provider')], { port, path: '/counts', env });
}

/** @param {string} name @param {string} path @param {string} provider @param {Record<string, string>} [settings] */
async function startOther(name, path, provider, settings = {}) {
  const port = await freePort();
  const env = { PORT: `${port}`, PROVIDER: provider, NODE_ENV: 'production', ...settings };
  return startServer(process.execPath, [program(name)], { port, path, env });
}

/**
 * Users who connect an account, in a process of their own.
 * @param {string} url
 * @param {{ kind?: string; integration?: string; callers?: number; seconds?: number; most?: number; ids?: boolean }} options
 * @returns {Promise<{ count: number; perSecond: number; p50: number; p99: number; ids?: string[] }>}
 */
export async function connectUsers(url, options) {
  const {
    kind = 'causeway',
    integration = 'hubspot',
    callers = 64,
    seconds = 3_600,
    most = 1e9,
    ids = false,
  } = options;
  const args = [program('users'), kind, url, ADMIN_KEY, integration, callers, seconds, most, ...(ids ? ['--ids'] : [])];
  return JSON.parse(await run(process.execPath, args.map(String)));
}

/**
 * Connections of the organization `bench`, each of a user of its own.
 * @param {string} url
 * @param {number} count
 * @param {string} [integration]
 */
export async function connect(url, count, integration = 'hubspot') {
  const { ids = [] } = await connectUsers(url, { integration, callers: Math.min(count, 64), most: count, ids: true });
  return ids;
}
