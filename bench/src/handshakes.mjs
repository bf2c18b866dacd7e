import { fileURLToPath } from 'node:url';
import { ADMIN_KEY, hubspotAt, notionAt, startRedis, startService, storeName } from './environment.mjs';
import { freePort, processorMs, removeFolder, run, startServer, temporaryFolder } from './processes.mjs';
import { inTurn, pairOf, ratioOf } from './rounds.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */
/** @typedef {import('./processes.mjs').Running} Running */

export const program = (/** @type {string} */ name) =>
  fileURLToPath(new URL(`../programs/${name}.mjs`, import.meta.url));

const CALLERS = 64;
/** Until the code is compiled: ours is more of it. */
const WARM_UP_SECONDS = 20;

/**
 * Notion's grant says whose account it is: both sides make the same one call. HubSpot's leaves a detail out, and ours asks for it by a
 * second call, which grant never makes.
 */
const PAIRS = /** @type {const} */ ([
  { store: 'redis', integration: 'notion', kind: 'grant' },
  { store: 'redis', integration: 'hubspot', kind: 'grant' },
  { store: 'redis', integration: 'hubspot', kind: 'bare' },
  { store: 'embedded', integration: 'notion', kind: 'grant' },
]);

const NAMES = { notion: 'Notion', hubspot: 'HubSpot (one call more)', grant: 'grant', bare: 'the bare hops' };

/**
 * Ours seals the grant, keeps it on the disk and asks the provider whose account it is; grant puts it into a session in memory. One
 * process of people goes each way, and the provider is a stub that costs little: the stand-in would be what is measured.
 */
export const title = 'connect handshakes against grant and against the bare hops';

/** @param {Settings} settings @returns {Promise<Figure[]>} */
export async function measure({ rounds, seconds, quick, say }) {
  const provider = await startProvider();
  const others = {
    grant: await startOther('grant-connect', '/', provider.url),
    bare: await startOther('bare-hops', '/ready', provider.url),
  };
  const people = async (
    /** @type {string} */ kind,
    /** @type {Running} */ { url, pid },
    /** @type {string} */ integration,
    length = seconds,
  ) => {
    const before = await processorMs(pid);
    const connected = await connecting(kind, url, { integration, callers: CALLERS, seconds: length });
    return { ...connected, processorUs: (((await processorMs(pid)) - before) * 1000) / connected.count };
  };
  /** @type {Figure[]} */
  const figures = [];
  for (const store of /** @type {const} */ (['redis', 'embedded'])) {
    const folder = await temporaryFolder('handshakes');
    const redis = store === 'redis' ? await startRedis() : undefined;
    const env = { ...hubspotAt(provider.url), ...notionAt(provider.url) };
    const service = await startService({ env, redis, folder });
    for (const { integration, kind } of PAIRS.filter((pair) => pair.store === store)) {
      const sides = {
        ours: (length = seconds) => people('causeway', service, integration, length),
        other: (length = seconds) => people(kind, others[kind], integration, length),
      };
      for (const side of Object.values(sides)) await side(quick ? 1 : WARM_UP_SECONDS);
      const measured = await inTurn(rounds, { ours: () => sides.ours(), other: () => sides.other() });
      const ours = measured.ours.map(({ perSecond }) => perSecond);
      const theirs = measured.other.map(({ perSecond }) => perSecond);
      const figure = {
        name: `connect handshakes, ${NAMES[integration]}, ${storeName(store)}, ${CALLERS} people at once, against ${NAMES[kind]}`,
        group: 'handshakes',
        unit: 'handshakes/s',
        ours,
        other: theirs,
        otherIs: kind === 'grant' ? 'grant, sessions in memory' : 'nothing stored',
        ratioIs: 'rate (ours / other)',
        ...ratioOf(ours, theirs),
        target: kind === 'grant' ? { atLeast: 1 } : null,
        more: {
          'p50 ms': pairOf(measured.ours, measured.other, ({ p50 }) => p50),
          'p99 ms': pairOf(measured.ours, measured.other, ({ p99 }) => p99),
          'processor µs a handshake': pairOf(measured.ours, measured.other, ({ processorUs }) => processorUs),
        },
      };
      say(figure);
      figures.push(figure);
    }
    await service.stop();
    await redis?.stop();
    await removeFolder(folder);
  }
  await Promise.all([provider, ...Object.values(others)].map((one) => one.stop()));
  return figures;
}

/** @param {{ contacts?: number; latencyMs?: number }} [options] how many it has, and how long its API takes to answer */
export async function startProvider({ contacts = 0, latencyMs = 0 } = {}) {
  const port = await freePort();
  const env = { PORT: `${port}`, CONTACTS: `${contacts}`, LATENCY_MS: `${latencyMs}` };
  return startServer(process.execPath, [program('provider')], { port, path: '/counts', env });
}

/** @param {string} name @param {string} path @param {string} provider */
async function startOther(name, path, provider) {
  const port = await freePort();
  const env = { PORT: `${port}`, PROVIDER: provider, NODE_ENV: 'production' };
  return startServer(process.execPath, [program(name)], { port, path, env });
}

/**
 * People in a process of their own.
 * @param {string} kind
 * @param {string} url
 * @param {{ integration: string; callers: number; seconds: number; most?: number; ids?: boolean }} options
 * @returns {Promise<{ count: number; perSecond: number; p50: number; p99: number; ids?: string[] }>}
 */
export async function connecting(kind, url, { integration, callers, seconds, most = 1e9, ids = false }) {
  const args = [program('users'), kind, url, ADMIN_KEY, integration, callers, seconds, most, ...(ids ? ['--ids'] : [])];
  return JSON.parse(await run(process.execPath, args.map(String)));
}
