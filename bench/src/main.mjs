import { isMet } from './figure.mjs';
import { median } from './rounds.mjs';
import * as lookUp from './look-up.mjs';

/** @type {Record<string, { title: string; measure: (settings: import('./figure.mjs').Settings) => Promise<import('./figure.mjs').Figure[]> }>} */
const MEASUREMENTS = { 'look-up': lookUp };

const names = process.argv.slice(2).filter((name) => !name.startsWith('--'));
const quick = process.argv.includes('--quick');
for (const [name, { title, measure }] of Object.entries(MEASUREMENTS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.log(`\n${name}: ${title}`);
  await measure({ rounds: quick ? 3 : 7, seconds: quick ? 1 : 2, say });
}

/** @param {import('./figure.mjs').Figure} figure */
function say(figure) {
  const { name, ratio, min, max, ours, other, more = {} } = figure;
  const extra = Object.entries(more).map(([what, { ours, other }]) => `${what} ${ours.toFixed(3)}/${other.toFixed(3)}`);
  const met = isMet(figure);
  console.log(
    `${met === null ? ' ' : met ? '+' : '-'} ${name}: ${ratio.toFixed(3)} (${min.toFixed(2)}–${max.toFixed(2)})  ` +
      `${median(ours).toFixed(0)} against ${median(other).toFixed(0)}  ${extra.join(', ')}`,
  );
}
