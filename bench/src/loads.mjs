import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_KEY, connect, hubspotAt, notionAt, startService } from './environment.mjs';
import { program, startProvider } from './handshakes.mjs';
import { memoryMb, removeFolder, run, temporaryFolder } from './processes.mjs';
import { inTurn, ratioOf } from './rounds.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */
/** @typedef {{ items: number; ms: number; firstMs: number; peakMb: number; end?: { complete: boolean; items: number } | null; missing?: string }} Loaded */

const SIZES = [100_000, 1_000_000];
/** The SDK's helper holds everything it reads in memory: ten times as much would be too much. */
const MOST_FOR_SDK = 100_000;
const SLOW = { itemsPerSecond: 2_000, seconds: 20 };
const USER = { orgId: 'bench', userId: 'ann' };
const PAGE = 100;
/** HubSpot's collects everything before it gives anything; Notion's gives page after page, as ours does. */
const HELPERS = /** @type {const} */ ([
  { integration: 'hubspot', items: 'contacts', helper: '@hubspot/api-client getAll' },
  { integration: 'notion', items: 'pages', helper: '@notionhq/client iteratePaginatedAPI' },
]);
const TYPES = { hubspot: 'contact', notion: 'page' };

/**
 * Contacts of a stub that costs little, so that it is not what is measured. Every load has a fresh process, whose peak is the kernel's own.
 */
export const title = 'streamed loads against a bare script and the official SDK';

/** @param {Settings} settings @returns {Promise<Figure[]>} */
export async function measure({ rounds, quick, say }) {
  /** @type {Figure[]} */
  const figures = [];
  const tell = (/** @type {Figure} */ figure) => {
    say(figure);
    figures.push(figure);
  };
  /** @type {number[][]} */
  const peaks = [];
  for (const contacts of quick ? [20_000] : SIZES) {
    const provider = await startProvider({ contacts });
    const api = `${provider.url}/hubspot`;
    const times = Math.min(rounds, contacts > MOST_FOR_SDK ? 3 : 5);
    const measured = await inTurn(times, {
      ours: () => ourLoad(provider.url),
      other: () => alone('bare-load', { API: api }),
    });
    const missing = measured.ours.find((one) => one.missing !== undefined)?.missing;
    if (missing !== undefined) {
      console.log(`  no stream of items here (${missing}): the loads are not measured`);
      await provider.stop();
      return figures;
    }
    for (const { items, end } of measured.ours)
      if (items !== contacts || end?.complete !== true)
        throw new Error(`${items} of ${contacts} items, ${JSON.stringify(end)}`);
    const of = `${contacts.toLocaleString('en')} contacts`;
    tell(
      compared(`load of ${of}, fast reader`, 'items/s', measured, perSecond, {
        otherIs: 'bare script',
        target: { atLeast: 0.5 },
      }),
    );
    tell(
      compared(`time to the first item, ${of}`, 'ms', measured, ({ firstMs }) => firstMs, {
        otherIs: 'bare script',
        target: null,
      }),
    );
    tell(
      compared(`peak memory, ${of}`, 'MB', measured, ({ peakMb }) => peakMb, {
        otherIs: 'bare script',
        target: { oursAtMost: 200 },
      }),
    );
    peaks.push(measured.ours.map(({ peakMb }) => peakMb));
    if (contacts <= MOST_FOR_SDK) {
      for (const { integration, items, helper } of HELPERS) {
        const sides = {
          ours: () => ourLoad(provider.url, { integration }),
          other: () => alone(`${integration}-sdk-load`, { API: `${provider.url}/${integration}` }),
        };
        const sdk = await inTurn(Math.min(times, 3), sides);
        for (const { items: read } of [...sdk.ours, ...sdk.other])
          if (read !== contacts) throw new Error(`${read} of ${contacts} ${items}`);
        const [name, otherIs] = [`${contacts.toLocaleString('en')} ${items}`, helper];
        tell(compared(`load of ${name}, fast reader`, 'items/s', sdk, perSecond, { otherIs, target: null }));
        tell(compared(`peak memory, ${name}`, 'MB', sdk, ({ peakMb }) => peakMb, { otherIs, target: null }));
      }
    }
    await provider.stop();
  }
  const [small, large] = peaks;
  if (small !== undefined && large !== undefined) {
    const flat = { ours: large, other: small.slice(0, large.length) };
    tell({
      name: 'peak memory, 1,000,000 contacts against 100,000',
      group: 'loads',
      unit: 'MB',
      ...flat,
      otherIs: 'ours, 100,000 contacts',
      ratioIs: '1,000,000 / 100,000',
      ...ratioOf(flat.ours, flat.other),
      target: { atMost: 1.1 },
    });
  }
  for (const figure of await slowReader(quick)) tell(figure);
  return figures;
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
const alone = async (name, env) => JSON.parse(await run(process.execPath, [program(name)], { env }));

/**
 * One load by a fresh service.
 * @param {string} provider
 * @param {{ integration?: keyof typeof TYPES; pace?: Record<string, string>; meanwhile?: (pid: number) => Promise<void> }} [options]
 * @returns {Promise<Loaded>}
 */
async function ourLoad(provider, { integration = 'hubspot', pace = {}, meanwhile = async () => {} } = {}) {
  const folder = await temporaryFolder('load');
  const service = await startService({ env: { ...hubspotAt(provider), ...notionAt(provider) }, folder });
  await connect(service.url, USER, integration);
  const query = new URLSearchParams({ ...USER, types: TYPES[integration] });
  const env = { URL: `${service.url}/integrations/${integration}/items?${query}`, KEY: ADMIN_KEY, ...pace };
  const [read] = await Promise.all([alone('reader', env), meanwhile(service.pid)]);
  const { peak } = await memoryMb(service.pid);
  await service.stop();
  await removeFolder(folder);
  return { ...read, peakMb: peak };
}

/** Somebody who reads slowly: the provider is asked no faster than that, and memory stays what it was. @param {boolean} quick */
async function slowReader(quick) {
  const provider = await startProvider({ contacts: 1_000_000 });
  const seconds = quick ? 5 : SLOW.seconds;
  /** @type {number[]} */
  const memory = [];
  const watch = async (/** @type {number} */ pid) => {
    for (let second = 0; second < seconds; second += 1) {
      await sleep(1_000);
      memory.push((await memoryMb(pid)).now);
    }
  };
  const pace = { ITEMS_PER_SECOND: `${SLOW.itemsPerSecond}`, SECONDS: `${seconds}` };
  const { items, peakMb } = await ourLoad(provider.url, { pace, meanwhile: watch });
  const { pages } = /** @type {{ pages: number }} */ (await (await fetch(`${provider.url}/counts`)).json());
  await provider.stop();
  const name = `slow reader, ${SLOW.itemsPerSecond.toLocaleString('en')} items/s for ${seconds} s`;
  /** @type {Figure[]} */
  const figures = [
    {
      name: `${name}: items asked of the provider`,
      group: 'loads',
      unit: 'items',
      ours: [pages * PAGE],
      other: [items],
      otherIs: 'items read',
      ratioIs: 'asked / read',
      ...ratioOf([pages * PAGE], [items]),
      target: { atMost: 1.5 },
    },
    {
      name: `${name}: peak memory`,
      group: 'loads',
      unit: 'MB',
      ours: [peakMb],
      other: [memory[0] ?? NaN],
      otherIs: 'after the first second',
      ratioIs: 'peak / beginning',
      ...ratioOf([peakMb], [memory[0] ?? NaN]),
      target: { oursAtMost: 200 },
    },
  ];
  return figures;
}
