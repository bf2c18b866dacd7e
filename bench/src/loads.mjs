import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_KEY, hubspotAt, notionAt, startService } from './environment.mjs';
import { connect, program, startProvider } from './handshakes.mjs';
import { memoryMb, removeFolder, run, temporaryFolder } from './processes.mjs';
import { alternate, ratioOf } from './rounds.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */
/** @typedef {{ items: number; ms: number; firstMs: number; peakMb: number; end?: { complete: boolean; items: number } | null}} Loaded */

const SIZES = [100_000, 1_000_000];
/** The SDK's helper holds all items in memory: a million would be too many. */
const MOST_FOR_SDK = 100_000;
const SLOW = { itemsPerSecond: 2_000, seconds: 20 };
const PAGE = 100;
/** HubSpot's helper collects all items before it returns; Notion's yields page by page, as ours does. */
const HELPERS = /** @type {const} */ ([
  { integration: 'hubspot', items: 'contacts', helper: '@hubspot/api-client getAll' },
  { integration: 'notion', items: 'pages', helper: '@notionhq/client iteratePaginatedAPI' },
]);
const TYPES = { hubspot: 'contact', notion: 'page' };

/** Contacts of a mock provider that costs little. Every load has a new service process, whose peak memory the kernel records. */
export const title = 'streamed loads against a bare script and the official SDK';

/** @param {Settings} settings @returns {AsyncGenerator<Figure>} */
export async function* measure({ rounds, quick }) {
  /** @type {number[][]} */
  const peaks = [];
  for (const contacts of quick ? [20_000] : SIZES) {
    const provider = await startProvider({ contacts });
    const api = `${provider.url}/hubspot`;
    const times = Math.min(rounds, contacts > MOST_FOR_SDK ? 3 : 5);
    const measured = await alternate(times, {
      ours: () => load(provider.url),
      other: () => runProgram('bare-load', { API: api }),
    });
    const of = `${contacts.toLocaleString('en')} contacts`;
    yield compared(`load of ${of}, fast reader`, 'items/s', measured, perSecond, {
      otherIs: 'bare script',
      target: { atLeast: 0.5 },
    });
    yield compared(`time to the first item, ${of}`, 'ms', measured, ({ firstMs }) => firstMs, {
      otherIs: 'bare script',
      target: null,
    });
    yield compared(`peak memory, ${of}`, 'MB', measured, ({ peakMb }) => peakMb, {
      otherIs: 'bare script',
      target: { oursAtMost: 200 },
    });
    peaks.push(measured.ours.map(({ peakMb }) => peakMb));
    if (contacts <= MOST_FOR_SDK) {
      for (const { integration, items, helper } of HELPERS) {
        const sides = {
          ours: () => load(provider.url, { integration }),
          other: () => runProgram(`${integration}-sdk-load`, { API: `${provider.url}/${integration}` }),
        };
        const sdk = await alternate(Math.min(times, 3), sides);
        for (const { items: read } of [...sdk.ours, ...sdk.other])
          if (read !== contacts) throw new Error(`${read} of ${contacts} ${items}`);
        const [name, otherIs] = [`${contacts.toLocaleString('en')} ${items}`, helper];
        yield compared(`load of ${name}, fast reader`, 'items/s', sdk, perSecond, { otherIs, target: null });
        yield compared(`peak memory, ${name}`, 'MB', sdk, ({ peakMb }) => peakMb, { otherIs, target: null });
      }
    }
    await provider.stop();
  }
  const [small, large] = peaks;
  if (small !== undefined && large !== undefined) {
    const flat = { ours: large, other: small.slice(0, large.length) };
    yield {
      name: 'peak memory, 1,000,000 contacts against 100,000',
      group: 'loads',
      unit: 'MB',
      ...flat,
      otherIs: 'ours, 100,000 contacts',
      ratioIs: '1,000,000 / 100,000',
      ...ratioOf(flat.ours, flat.other),
      target: { atMost: 1.1 },
    };
  }
  yield* slowReader(quick);
}

/** @param {Loaded} loaded */
const perSecond = ({ items, ms }) => (items * 1000) / ms;

/**
 * @param {string} name
 * @param {string} unit
 * @param {{ ours: Loaded[]; other: Loaded[] }} measured
 * @param {(loaded: Loaded) => number} value
 * @param {Pick<Figure, 'otherIs' | 'target'>} about
 * @returns {Figure}
 */
function compared(name, unit, measured, value, about) {
  const [ours, other] = [measured.ours.map(value), measured.other.map(value)];
  return { name, group: 'loads', unit, ours, other, ratioIs: 'ours / other', ...ratioOf(ours, other), ...about };
}

/** @param {string} name @param {Record<string, string>} env @returns {Promise<Loaded>} */
const runProgram = async (name, env) => JSON.parse(await run(process.execPath, [program(name)], { env }));

/**
 * One load by a new service process.
 * @param {string} provider
 * @param {{ integration?: keyof typeof TYPES; pace?: Record<string, string>; meanwhile?: (pid: number) => Promise<void>; build?: string }} [options]
 * @returns {Promise<Loaded>}
 */
export async function load(provider, { integration = 'hubspot', pace = {}, meanwhile, build } = {}) {
  const folder = await temporaryFolder('load');
  const env = { ...hubspotAt(provider), ...notionAt(provider) };
  const service = await startService({ env, folder, ...(build === undefined ? {} : { build }) });
  const [id = ''] = await connect(service.url, 1, integration);
  const [read] = await Promise.all([readItems(service.url, id, TYPES[integration], pace), meanwhile?.(service.pid)]);
  const { peak } = await memoryMb(service.pid);
  await service.stop();
  await removeFolder(folder);
  return { ...read, peakMb: peak };
}

/**
 * A streamed load, read in a process of its own.
 * @param {string} service
 * @param {string} connection
 * @param {string} [type]
 * @param {Record<string, string>} [pace]
 * @returns {Promise<Loaded>}
 */
export async function readItems(service, connection, type = 'contact', pace = {}) {
  const url = `${service}/connections/${connection}/items?types=${type}`;
  const read = await runProgram('reader', { URL: url, KEY: ADMIN_KEY, ...pace });
  if (pace['SECONDS'] === undefined && read.end?.complete !== true)
    throw new Error(`the load is not complete: ${JSON.stringify(read)}`);
  return read;
}

/** A slow reader holds the load back: the provider gets no more requests than needed, and memory does not grow. @param {boolean} quick */
async function* slowReader(quick) {
  const provider = await startProvider({ contacts: 1_000_000 });
  const seconds = quick ? 5 : SLOW.seconds;
  /** @type {number[]} */
  const memory = [];
  const sample = async (/** @type {number} */ pid) => {
    for (let second = 0; second < seconds; second += 1) {
      await sleep(1_000);
      memory.push((await memoryMb(pid)).now);
    }
  };
  const pace = { ITEMS_PER_SECOND: `${SLOW.itemsPerSecond}`, SECONDS: `${seconds}` };
  const { items, peakMb } = await load(provider.url, { pace, meanwhile: sample });
  const { pages } = /** @type {{ pages: number }} */ (await (await fetch(`${provider.url}/counts`)).json());
  await provider.stop();
  const name = `slow reader, ${SLOW.itemsPerSecond.toLocaleString('en')} items/s for ${seconds} s`;
  yield {
    name: `${name}: items requested from the provider`,
    group: 'loads',
    unit: 'items',
    ours: [pages * PAGE],
    other: [items],
    otherIs: 'items read',
    ratioIs: 'requested / read',
    ...ratioOf([pages * PAGE], [items]),
    target: { atMost: 1.5 },
  };
  yield {
    name: `${name}: peak memory`,
    group: 'loads',
    unit: 'MB',
    ours: [peakMb],
    other: [memory[0] ?? NaN],
    otherIs: 'after the first second',
    ratioIs: 'peak / beginning',
    ...ratioOf([peakMb], [memory[0] ?? NaN]),
    target: { oursAtMost: 200 },
  };
}
