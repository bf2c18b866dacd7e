import { setTimeout as sleep } from 'node:timers/promises';
import { resolve } from 'node:path';
import { hubspotAt, requestJson, startRedis, startService, storeName } from './environment.mjs';
import { bootMs } from './footprint.mjs';
import { connect, startProvider } from './handshakes.mjs';
import { load as loadItems } from './loads.mjs';
import { loadAverage } from './machine.mjs';
import { memoryMb, removeFolder, root, temporaryFolder } from './processes.mjs';
import { alternate, median } from './rounds.mjs';
import { load, requestsScript } from './wrk.mjs';

/**
 * Two builds of Causeway, measured in alternation: this one (`ours`) and the one in another checkout.
 *
 *     git worktree add ../before <commit> && (cd ../before && npm run build)
 *     npm run bench -- compare ../before
 */

/** @typedef {import('./figure.mjs').Settings} Settings */
/** @typedef {import('./environment.mjs').StoreKind} StoreKind */
/** @typedef {{ name: string; unit: string; ours: number[]; other: number[] }} Pair */
/** @typedef {{ ours: string; other: string }} Builds */

/** @param {string | undefined} folder @param {Settings} settings */
export async function compare(folder, settings) {
  if (folder === undefined) throw new Error('which build? npm run bench -- compare <folder of another checkout>');
  const builds = { ours: root, other: `${resolve(folder)}/` };
  console.log(`\n${builds.ours} (ours) against ${builds.other}; load average ${loadAverage()}\n`);
  console.log(
    '| figure | ours | other | ours / other | middle half of the rounds | rounds |\n| --- | --: | --: | --: | --: | --: |',
  );
  const provider = await startProvider({ contacts: settings.quick ? 20_000 : 100_000 });
  for (const store of /** @type {const} */ (['embedded', 'redis'])) {
    for await (const pair of started(builds, store, provider.url, settings)) print(pair);
    for await (const pair of requests(builds, store, provider.url, settings)) print(pair);
  }
  for (const pair of await loads(builds, provider.url, settings)) print(pair);
  await provider.stop();
  console.log(`\nload average at the end: ${loadAverage()}`);
}

/** @param {Pair} pair */
function print({ name, unit, ours, other }) {
  const ratios = ours.map((value, round) => value / (other[round] ?? NaN)).sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => (ratios[Math.round((ratios.length - 1) * share)] ?? NaN).toFixed(3);
  const amount = (/** @type {number[]} */ values) =>
    `${median(values).toFixed(values.some((one) => one < 100) ? 2 : 0)} ${unit}`;
  console.log(
    `| ${name} | ${amount(ours)} | ${amount(other)} | ${median(ratios).toFixed(3)} | ${at(0.25)} – ${at(0.75)} | ${ratios.length} |`,
  );
}

/**
 * @template T
 * @param {Builds} builds
 * @param {(build: string) => Promise<T>} work
 * @returns {Promise<{ ours: T; other: T }>}
 */
const forBoth = async (builds, work) => ({ ours: await work(builds.ours), other: await work(builds.other) });

/**
 * Each build with a store of its own.
 * @param {Builds} builds
 * @param {StoreKind} store
 * @param {string} provider
 */
const environments = (builds, store, provider) =>
  forBoth(builds, async (build) => {
    const folder = await temporaryFolder('compare');
    const redis = store === 'redis' ? await startRedis() : undefined;
    return {
      folder,
      start: () => startService({ env: hubspotAt(provider), redis, folder, build }),
      async remove() {
        await redis?.stop();
        await removeFolder(folder);
      },
    };
  });

/**
 * @param {Builds} builds
 * @param {StoreKind} store
 * @param {string} provider
 * @param {Settings} settings
 * @returns {AsyncGenerator<Pair>}
 */
async function* started(builds, store, provider, { rounds, quick }) {
  const { ours, other } = await environments(builds, store, provider);
  // The first start creates the store.
  for (const { start } of [ours, other]) await bootMs(start);
  const boots = await alternate(rounds, { ours: () => bootMs(ours.start), other: () => bootMs(other.start) });
  yield { name: `boot, ${storeName(store)}`, unit: 'ms', ...boots };
  /** @type {{ ours: number[]; other: number[] }} */
  const idle = { ours: [], other: [] };
  for (let round = 0; round < (quick ? 1 : 3); round += 1) {
    const running = { ours: await ours.start(), other: await other.start() };
    await sleep(quick ? 3_000 : 30_000);
    for (const side of /** @type {const} */ (['ours', 'other'])) {
      idle[side].push((await memoryMb(running[side].pid)).now);
      await running[side].stop();
    }
  }
  yield { name: `idle memory, ${storeName(store)}`, unit: 'MB', ...idle };
  await Promise.all([ours.remove(), other.remove()]);
}

const CONNECTIONS = 100;
const PROXIED = 'account-info/2026-09/details';

/**
 * Token look-ups with an API key, and proxied requests to a provider that responds at once.
 * @param {Builds} builds
 * @param {StoreKind} store
 * @param {string} provider
 * @param {Settings} settings
 * @returns {AsyncGenerator<Pair>}
 */
async function* requests(builds, store, provider, { rounds, seconds, quick }) {
  const environment = await environments(builds, store, provider);
  const prepare = async (/** @type {typeof environment.ours} */ { folder, start }) => {
    const service = await start();
    const ids = await connect(service.url, CONNECTIONS);
    const body = { name: 'bench', scopes: ['credentials:read', 'proxy'], orgIds: ['bench'] };
    const { key } = await requestJson(`${service.url}/keys`, { method: 'POST', body });
    const headers = { authorization: `Bearer ${key}` };
    const lookUp = await requestsScript(
      folder,
      ids.map((id) => `/connections/${id}/token`),
      headers,
    );
    const proxy = await requestsScript(folder, [`/connections/${ids[0]}/proxy/${PROXIED}`], headers);
    return { service, scripts: { lookUp, proxy } };
  };
  const sides = { ours: await prepare(environment.ours), other: await prepare(environment.other) };
  const series = /** @type {const} */ ([
    { name: 'token look-up', of: 'lookUp', callers: 1 },
    { name: 'token look-up', of: 'lookUp', callers: 64 },
    { name: 'proxy', of: 'proxy', callers: 16 },
  ]);
  for (const { name, of, callers } of series) {
    const perSecond = async (/** @type {typeof sides.ours} */ { service, scripts }, length = seconds) =>
      (await load({ ...service, script: scripts[of], callers, seconds: length })).perSecond;
    // Until the JIT has compiled the code.
    for (const side of Object.values(sides)) await perSecond(side, quick ? 1 : 8);
    const rates = await alternate(quick ? rounds : rounds * 3, {
      ours: () => perSecond(sides.ours),
      other: () => perSecond(sides.other),
    });
    yield {
      name: `${name}, ${storeName(store)}, ${callers} ${callers === 1 ? 'caller' : 'callers'}`,
      unit: 'requests/s',
      ...rates,
    };
  }
  for (const side of /** @type {const} */ (['ours', 'other'])) {
    await sides[side].service.stop();
    await environment[side].remove();
  }
}

/**
 * Each load by a new process.
 * @param {Builds} builds
 * @param {string} provider
 * @param {Settings} settings
 * @returns {Promise<Pair[]>}
 */
async function loads(builds, provider, { rounds }) {
  const measured = await alternate(rounds, {
    ours: () => loadItems(provider, { build: builds.ours }),
    other: () => loadItems(provider, { build: builds.other }),
  });
  const of = (/** @type {(loaded: import('./loads.mjs').Loaded) => number} */ value) => ({
    ours: measured.ours.map(value),
    other: measured.other.map(value),
  });
  const items = measured.ours[0]?.items.toLocaleString('en');
  return [
    { name: `load of ${items} contacts`, unit: 'items/s', ...of(({ items, ms }) => (items * 1000) / ms) },
    { name: `peak memory of a load of ${items}`, unit: 'MB', ...of(({ peakMb }) => peakMb) },
  ];
}
