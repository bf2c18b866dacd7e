import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_KEY, hubspotAt, requestJson, startRedis, startService, storeName } from './environment.mjs';
import { connect, program, startProvider } from './handshakes.mjs';
import { readItems } from './loads.mjs';
import { startPostgres } from './postgres.mjs';
import { memoryMb, processorMs, removeFolder, run, temporaryFolder, writtenMb } from './processes.mjs';
import { median, ratioOf } from './rounds.mjs';

/** @typedef {import('./environment.mjs').StoreKind} StoreKind */
/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */
/** @typedef {import('./processes.mjs').Running} Running */
/** @typedef {{ items: number; ms: number; processorMs: number }} Timed */
/** @typedef {'first' | 'unchanged' | 'stream' | 'pages'} Stage */
/** @typedef {Record<Stage, Timed> & { base: Timed; anonymousMb: number; residentMb: number; requests: number; unchangedMb: number }} Round */

const DEFAULT_ITEMS = 100_000;
const CHANGED = 100;
const CHANGES_PER_SECOND = 30_000;
/** A run tells when it has ended: looking more often would only add to what it costs. */
const POLL_MS = 250;
const SAMPLE_MS = 100;

/** A new service process each round, and in it a streamed load of the same contacts before, between and after the runs. */
export const title = 'syncs against the streamed load of the same contacts (`--items 1000000` for more of them)';

/** @param {Settings} settings @returns {AsyncGenerator<Figure>} */
export async function* measure({ rounds, quick, items = quick ? 20_000 : DEFAULT_ITEMS }) {
  for (const store of /** @type {const} */ (['embedded', 'redis'])) {
    /** @type {Round[]} */
    const measured = [];
    for (let round = 0; round < Math.min(rounds, items > DEFAULT_ITEMS ? 3 : 5); round += 1)
      measured.push(await measureRound(store, items));
    yield* figures(measured, `${items.toLocaleString('en')} contacts, ${nameOf(store)}`);
  }
}

const nameOf = (/** @type {StoreKind} */ store) => storeName(store) + (store === 'redis' ? ' and PostgreSQL' : '');

/**
 * @param {StoreKind} store
 * @param {number} items
 * @param {Record<string, string>} [more] environment of the service
 * @returns {Promise<Round>}
 */
export async function measureRound(store, items, more = {}) {
  const provider = await startProvider({ contacts: items });
  const folder = await temporaryFolder('syncs');
  const [redis, postgres] = store === 'redis' ? await Promise.all([startRedis(), startPostgres()]) : [];
  const database = postgres === undefined ? {} : { DATABASE_URL: postgres.url };
  const service = await startService({ env: { ...hubspotAt(provider.url), ...database, ...more }, redis, folder });
  const memory = watchMemory(service.pid);
  try {
    const [connectionId = ''] = await connect(service.url, 1);
    const syncs = new Syncs(service, connectionId);
    const load = () => timed(service.pid, () => readItems(service.url, connectionId));
    const loads = [await load()];
    const first = await timed(service.pid, () => syncs.firstRun());
    loads.push(await load());
    const before = await writtenMb(service.pid);
    const unchanged = await timed(service.pid, () => syncs.run(true));
    const unchangedMb = (await writtenMb(service.pid)) - before;
    loads.push(await load());
    const stream = await timed(service.pid, () => syncs.read('reader', { LINE: 'change' }, ''));
    const pages = await timed(service.pid, () => syncs.read('page-reader', {}, '?limit=1000'));
    for (const [name, count] of Object.entries({ first, unchanged, stream, pages }))
      if (count.items !== items) throw new Error(`${name}: ${count.items} of ${items}`);
    const requests = await syncs.requestsOfChanges(provider);
    const base = median3(loads);
    return { base, first, unchanged, stream, pages, requests, unchangedMb, ...(await memory.stop()) };
  } finally {
    await memory.stop();
    await service.stop();
    await Promise.all([provider.stop(), redis?.stop(), postgres?.stop()]);
    await removeFolder(folder);
  }
}

/** The one of the median time. @param {Timed[]} loads */
function median3(loads) {
  const [, middle] = loads.toSorted((one, other) => one.ms - other.ms);
  return /** @type {Timed} */ (middle);
}

class Syncs {
  id = '';

  /** @param {Running} service @param {string} connectionId */
  constructor(service, connectionId) {
    this.url = service.url;
    this.connectionId = connectionId;
  }

  async firstRun() {
    const body = {
      connectionId: this.connectionId,
      types: ['contact'],
      everySeconds: 604_800,
      fullEverySeconds: 2_592_000,
    };
    const began = Date.now();
    ({ id: this.id } = await requestJson(`${this.url}/syncs`, { method: 'POST', body }));
    return this.ended('run_1', began);
  }

  /** @param {boolean} full */
  async run(full) {
    const { lastRun } = await requestJson(`${this.url}/syncs/${this.id}`);
    const began = Date.now();
    await requestJson(`${this.url}/syncs/${this.id}/run`, { method: 'POST', body: { full } });
    return this.ended(`run_${Number(lastRun.id.split('_')[1]) + 1}`, began);
  }

  /** @param {string} id @param {number} began */
  async ended(id, began) {
    for (;;) {
      await sleep(POLL_MS);
      const { lastRun } = await requestJson(`${this.url}/syncs/${this.id}`);
      if (lastRun?.id !== id || lastRun.endedAt === null) continue;
      if (lastRun.outcome !== 'complete') throw new Error(`the run is not complete: ${JSON.stringify(lastRun)}`);
      const { added, updated, unchanged, endedAt } = lastRun;
      return { items: added + updated + unchanged, ms: Date.parse(endedAt) - began };
    }
  }

  /**
   * The whole feed, read in a process of its own.
   * @param {string} name
   * @param {Record<string, string>} env
   * @param {string} query
   * @returns {Promise<{ items: number; ms: number }>}
   */
  async read(name, env, query) {
    const url = `${this.url}/syncs/${this.id}/changes${query}`;
    return JSON.parse(await run(process.execPath, [program(name)], { env: { URL: url, KEY: ADMIN_KEY, ...env } }));
  }

  /** @param {Running} provider @returns {Promise<number>} requests to the provider of a run that finds a few changes */
  async requestsOfChanges(provider) {
    const count = async () => {
      const counts = /** @type {{ requests: number }} */ (await (await fetch(`${provider.url}/counts`)).json());
      return counts.requests;
    };
    await fetch(`${provider.url}/changed?contacts=${CHANGED}`, { method: 'PUT' });
    const before = await count();
    const { items } = await this.run(false);
    if (items !== CHANGED) throw new Error(`${items} of ${CHANGED} changes`);
    return (await count()) - before;
  }
}

/** @param {number} pid @param {() => Promise<{ items: number; ms: number }>} work @returns {Promise<Timed>} */
async function timed(pid, work) {
  const before = await processorMs(pid);
  const { items, ms } = await work();
  return { items, ms, processorMs: (await processorMs(pid)) - before };
}

/** Of memory that is no copy of a file, the kernel keeps no peak. @param {number} pid */
function watchMemory(pid) {
  let anonymousMb = 0;
  let residentMb = 0;
  const look = async () => {
    const { anonymous, peak } = await memoryMb(pid);
    anonymousMb = Math.max(anonymousMb, anonymous);
    residentMb = peak;
  };
  const timer = setInterval(() => void look().catch(() => undefined), SAMPLE_MS);
  return {
    async stop() {
      clearInterval(timer);
      return { anonymousMb, residentMb };
    },
  };
}

/**
 * @param {Round[]} rounds
 * @param {string} of
 * @returns {Generator<Figure>}
 */
function* figures(rounds, of) {
  const perSecond = (/** @type {Timed} */ { items, ms }) => (items * 1000) / ms;
  const processorUs = (/** @type {Timed} */ { items, processorMs: ms }) => (ms * 1000) / items;
  const cost = (/** @type {Stage} */ stage) => ({
    'processor µs an item': {
      ours: median(rounds.map((round) => processorUs(round[stage]))),
      other: median(rounds.map(({ base }) => processorUs(base))),
    },
  });
  const group = 'syncs';
  const base = rounds.map((round) => perSecond(round.base));
  const runs = /** @type {const} */ ([
    { stage: 'first', is: 'first run of a sync', atLeast: 0.7 },
    { stage: 'unchanged', is: 'full pass without changes', atLeast: 0.8 },
  ]);
  for (const { stage, is, atLeast } of runs) {
    const ours = rounds.map((round) => perSecond(round[stage]));
    const written = { ours: median(rounds.map(({ unchangedMb }) => unchangedMb)), other: NaN };
    yield {
      ...{ name: `${is}, ${of}`, group, unit: 'items/s', ours, other: base, otherIs: 'streamed load' },
      ...{ ratioIs: 'rate (sync / load)', ...ratioOf(ours, base), target: { atLeast } },
      more: { ...cost(stage), ...(stage === 'unchanged' ? { 'MB that the service wrote': written } : {}) },
    };
  }
  const feeds = /** @type {const} */ ([
    { stage: 'stream', is: 'feed as NDJSON' },
    { stage: 'pages', is: 'feed in pages of 1,000' },
  ]);
  for (const { stage, is } of feeds) {
    const ours = rounds.map((round) => perSecond(round[stage]));
    const other = rounds.map(() => CHANGES_PER_SECOND);
    yield {
      ...{ name: `${is}, ${of}`, group, unit: 'changes/s', ours, other, otherIs: 'the target' },
      ...{ ratioIs: 'rate (ours / target)', ...ratioOf(ours, other), target: { atLeast: 1 }, more: cost(stage) },
    };
  }
  const anonymous = rounds.map(({ anonymousMb }) => anonymousMb);
  const resident = rounds.map(({ residentMb }) => residentMb);
  yield {
    ...{ name: `peak memory without mapped files, ${of}`, group, unit: 'MB', ours: anonymous, other: resident },
    ...{ otherIs: 'with mapped files', ratioIs: 'without / with', ...ratioOf(anonymous, resident) },
    target: { oursAtMost: 200 },
  };
  const requests = rounds.map((round) => round.requests);
  const changed = rounds.map(() => CHANGED);
  yield {
    ...{ name: `run of ${CHANGED} changes, ${of}: requests to the provider`, group, unit: 'requests', ours: requests },
    ...{ other: changed, otherIs: 'changes', ratioIs: 'requests / changes', ...ratioOf(requests, changed) },
    target: { oursAtMost: 5 },
  };
}
