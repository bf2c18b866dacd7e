import { parseArgs } from 'node:util';
import { compare } from './compare.mjs';
import { isMet } from './figure.mjs';
import * as footprint from './footprint.mjs';
import * as firstSeconds from './first-seconds.mjs';
import * as handshakes from './handshakes.mjs';
import * as limits from './limits.mjs';
import * as loads from './loads.mjs';
import * as lookUp from './look-up.mjs';
import { loadAverage, machine } from './machine.mjs';
import * as paced from './paced.mjs';
import * as proxy from './proxy.mjs';
import { report } from './report.mjs';
import { median } from './rounds.mjs';
import * as syncs from './syncs.mjs';
import * as workers from './workers.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {{ title: string; measure: (settings: import('./figure.mjs').Settings) => AsyncGenerator<Figure> }} Measurement */

/** @type {Record<string, Measurement>} */
const MEASUREMENTS = {
  'look-up': { title: lookUp.title, measure: lookUp.measure },
  handshakes,
  footprint,
  proxy,
  limits,
  'first-seconds': { title: firstSeconds.title, measure: firstSeconds.measure },
  workers,
  loads,
  paced,
  syncs,
};

/** Many short rounds rather than few long ones: other load of the machine comes and goes. */
const SETTINGS = { rounds: 9, seconds: 1, quick: false };
const QUICK = { rounds: 3, seconds: 1, quick: true };

/**
 * The names of measurements, none for all; or `compare` with the folder of another build. `--quick` tries the bench and writes nothing;
 * `--items` is how many a sync has.
 * @param {string[]} args
 */
export async function bench(args) {
  const options = /** @type {const} */ ({ quick: { type: 'boolean', default: false }, items: { type: 'string' } });
  const { values, positionals: names } = parseArgs({ args, options, allowPositionals: true });
  const { quick } = values;
  const settings = {
    ...(quick ? QUICK : SETTINGS),
    items: values.items === undefined ? undefined : Number(values.items),
  };
  if (names[0] === 'compare') return compare(names[1], settings);
  const unknown = names.filter((name) => !(name in MEASUREMENTS));
  if (unknown.length > 0)
    throw new Error(`there is ${Object.keys(MEASUREMENTS).join(', ')}, but no ${unknown.join(', ')}`);
  /** @type {Parameters<typeof report>[1]} */
  const fresh = {};
  for (const [name, { title, measure }] of Object.entries(MEASUREMENTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(`\n${name}: ${title}`);
    const start = loadAverage();
    /** @type {Figure[]} */
    const figures = [];
    for await (const figure of measure(settings)) {
      print(figure);
      figures.push(figure);
    }
    const measured = new Date().toISOString().slice(0, 10);
    fresh[name] = { measured, loadAverage: { start, end: loadAverage() }, figures };
    if (!quick) await report(await machine(), fresh);
  }
}

/** @param {Figure} figure */
function print(figure) {
  const { name, unit, ratio, min, max, ours, other, otherIs, more = {} } = figure;
  const met = isMet(figure);
  const extra = Object.entries(more).map(
    ([what, pair]) => `${what} ${pair.ours.toFixed(2)} / ${pair.other.toFixed(2)}`,
  );
  console.log(
    `${met === null ? '       ' : met ? 'met    ' : 'missed '} ${name}: ${ratio.toFixed(2)} (${min.toFixed(2)} – ${max.toFixed(2)}); ` +
      [`${median(ours).toFixed(1)} ${unit} / ${median(other).toFixed(1)} ${otherIs}`, ...extra].join('; '),
  );
}
