import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_KEY, hubspotAt, startRedis, startService, storeName } from './environment.mjs';
import { connect, program, startProvider } from './handshakes.mjs';
import { freePort, memoryMb, removeFolder, startServer, temporaryFolder } from './processes.mjs';
import { alternate, ratioOf } from './rounds.mjs';
import { load, requestsScript } from './wrk.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */

const SIZES = [100, 1_000, 10_000];
const FIRST = SIZES[0] ?? 0;

/** Boot and memory are compared with a bare Fastify server on the same store, growth with the smallest store. */
export const title = 'boot, idle memory, and what 10 and 100 times the connections change';

/** @param {Settings} settings @returns {AsyncGenerator<Figure>} */
export async function* measure({ rounds, seconds, quick }) {
  const provider = await startProvider();
  for (const store of /** @type {const} */ (['embedded', 'redis'])) {
    const redis = store === 'redis' ? await startRedis() : undefined;
    const folder = await temporaryFolder('footprint');
    const env = hubspotAt(provider.url);
    const service = () => startService({ env, redis, folder });
    // Creates the store, which the bare server opens read-only.
    await (await service()).stop();
    const bare = async () => {
      const port = await freePort();
      const bareEnv = {
        PORT: `${port}`,
        ...(redis === undefined ? { DATA_DIR: `${folder}/data` } : { REDIS_URL: redis.url }),
      };
      return startServer(process.execPath, [program('bare-look-up')], { port, path: '/ready', env: bareEnv });
    };
    const boots = await alternate(rounds, { ours: () => bootMs(service), other: () => bootMs(bare) });
    yield {
      name: `boot until /health/ready responds, ${storeName(store)}`,
      group: 'boot and memory',
      unit: 'ms',
      ...boots,
      otherIs: 'bare Fastify server',
      ratioIs: 'time (ours / bare)',
      ...ratioOf(boots.ours, boots.other),
      target: { oursAtMost: 1_000 },
    };
    const idle = quick ? 3_000 : 30_000;
    const [ours, other] = await Promise.all([idleMb(service, idle), idleMb(bare, idle)]);
    yield {
      name: `memory after ${idle / 1000} s idle, ${storeName(store)}`,
      group: 'boot and memory',
      unit: 'MB',
      ours: [ours],
      other: [other],
      otherIs: 'bare Fastify server',
      ratioIs: 'memory (ours / bare)',
      ...ratioOf([ours], [other]),
      target: { oursAtMost: 120 },
    };
    yield* await growth(store, provider.url, { rounds, seconds, quick });
    await redis?.stop();
    await removeFolder(folder);
  }
  await provider.stop();
}

/** @typedef {import('./processes.mjs').Running} Running */

/** @param {() => Promise<Running>} launch */
export async function bootMs(launch) {
  const start = performance.now();
  const running = await launch();
  const took = performance.now() - start;
  await running.stop();
  return took;
}

/** @param {() => Promise<Running>} launch @param {number} ms */
async function idleMb(launch, ms) {
  const running = await launch();
  await sleep(ms);
  const { now } = await memoryMb(running.pid);
  await running.stop();
  return now;
}

const GROWING = /** @type {const} */ ([
  { name: 'token look-up, 16 callers', unit: 'requests/s', of: 'lookUp' },
  { name: 'list of 100 connections, 16 callers', unit: 'requests/s', of: 'list' },
  { name: 'boot', unit: 'ms', of: 'boot' },
  { name: 'memory after these loads', unit: 'MB', of: 'memory' },
]);

/**
 * A store and a service for each size, all running, measured in alternation.
 * @param {import('./environment.mjs').StoreKind} store
 * @param {string} provider
 * @param {Pick<Settings, 'rounds' | 'seconds' | 'quick'>} settings
 * @returns {Promise<Figure[]>}
 */
async function growth(store, provider, { rounds, seconds, quick }) {
  const grown = [];
  for (const size of quick ? SIZES.slice(0, 2) : SIZES) grown.push(await grow(store, provider, size));
  for (let round = -1; round < rounds; round += 1) {
    for (const { running, scripts, values } of round % 2 === 0 ? grown : [...grown].reverse()) {
      for (const of of /** @type {const} */ (['lookUp', 'list'])) {
        const { perSecond } = await load({ ...running, script: scripts[of], callers: 16, seconds });
        // The first round warms up.
        if (round >= 0) values[of].push(perSecond);
      }
    }
  }
  for (const { running, values } of grown) {
    values.memory.push((await memoryMb(running.pid)).now);
    await running.stop();
  }
  for (let round = 0; round < rounds; round += 1)
    for (const { service, values } of grown) values.boot.push(await bootMs(service));
  for (const { stop } of grown) await stop();
  const [first, ...larger] = grown;
  return larger.flatMap(({ size, values }) =>
    GROWING.map(({ name, unit, of }) => ({
      name: `${name}, ${storeName(store)}, ${size.toLocaleString('en')} connections`,
      group: 'growth',
      unit,
      ours: values[of],
      other: first?.values[of] ?? [],
      otherIs: `${FIRST} connections`,
      ratioIs: `${size.toLocaleString('en')} / ${FIRST}`,
      ...ratioOf(values[of], first?.values[of] ?? []),
      target: null,
    })),
  );
}

/**
 * A service with `size` connections in a store of its own, restarted after they were created.
 * @param {import('./environment.mjs').StoreKind} store
 * @param {string} provider
 * @param {number} size
 */
async function grow(store, provider, size) {
  const redis = store === 'redis' ? await startRedis() : undefined;
  const folder = await temporaryFolder('growth');
  const service = () => startService({ env: hubspotAt(provider), redis, folder });
  const filling = await service();
  const ids = await connect(filling.url, size);
  await filling.stop();
  const running = await service();
  const headers = { authorization: `Bearer ${ADMIN_KEY}` };
  // The requests go to a hundred of them, spread over all.
  const step = Math.max(1, Math.floor(ids.length / FIRST));
  const paths = ids.filter((_, at) => at % step === 0).map((id) => `/connections/${id}/token`);
  const scripts = {
    lookUp: await requestsScript(folder, paths.slice(0, FIRST), headers),
    list: await requestsScript(folder, ['/connections?limit=100'], headers),
  };
  /** @type {Record<(typeof GROWING)[number]['of'], number[]>} */
  const values = { lookUp: [], list: [], boot: [], memory: [] };
  const stop = async () => {
    await redis?.stop();
    await removeFolder(folder);
  };
  return { size, service, running, scripts, values, stop };
}
