import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { isMet } from './figure.mjs';
import { plot } from './plot.mjs';
import { root } from './processes.mjs';
import { median } from './rounds.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {{ measured: string; figures: Figure[]; loadAverage: { start: number; end: number } }} Measured */
/** @typedef {{ machine: Awaited<ReturnType<typeof import('./machine.mjs').machine>>; measurements: Record<string, Measured> }} Results */

const FOLDER = `${root}bench/results/`;

/**
 * A run of one measurement keeps the results of the others.
 * @param {Results['machine']} machine
 * @param {Record<string, Measured>} fresh
 */
export async function report(machine, fresh) {
  const before = await readFile(`${FOLDER}results.json`, 'utf8').then(
    (text) => /** @type {Results} */ (JSON.parse(text)).measurements,
    () => ({}),
  );
  /** @type {Results} */
  const results = { machine, measurements: { ...before, ...fresh } };
  const figures = Object.values(results.measurements).flatMap((one) => one.figures);
  await write('results.json', JSON.stringify(results));
  await write('README.md', page(results));
  await writeFile(`${FOLDER}targets.svg`, plot(figures));
}

/** @param {string} name @param {string} text */
async function write(name, text) {
  const filepath = FOLDER + name;
  await writeFile(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}

/** @param {Results} results */
function page({ machine, measurements }) {
  const { cores, processor, memoryGb, kernel, versions } = machine;
  const parts = Object.entries(measurements).map(
    ([name, { measured, figures, loadAverage: load }]) => `## ${name}

Measured ${measured}; load average ${load.start} at the start and ${load.end} at the end.

| figure | ours | the other side | ratio | spread | target |
| --- | --: | --: | --: | --: | --- |
${figures.map(row).join('\n')}
`,
  );
  return `# What was measured

\`npm run bench\` measures all of it, \`npm run bench -- look-up\` one part (${Object.keys(measurements).join(', ')}); it writes this page,
[results.json](results.json) with the value of every round, and the plot.

![Each figure with a target, as a part of what the target allows](targets.svg)

Every figure is a ratio: both sides run in alternation, several rounds in one run, and the ratio is that of their medians. The spread is the smallest
and the largest ratio of a single round. Absolute values depend on this machine and on what else ran on it, the load generator
included; compare only the ratios with other runs. The service runs as \`npm run start:prod\` starts it.

${cores} cores (${processor}), ${memoryGb} GB, Linux ${kernel}. ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}.

${parts.join('\n')}`;
}

/** @param {Figure} figure */
function row(figure) {
  const { name, unit, ours, other, otherIs, ratioIs, ratio, min, max } = figure;
  const met = isMet(figure);
  const mark = (met === null ? '' : met ? ', met' : ', **missed**') + (isUnsure(figure) ? '; within the spread' : '');
  const cells = [name, amount(ours, unit), `${amount(other, unit)} (${otherIs})`, `${number(ratio)} (${ratioIs})`];
  return `| ${[...cells, `${number(min)} – ${number(max)}`, wanted(figure) + mark].join(' | ')} |`;
}

/** Whether the target lies within the spread. @param {Figure} figure */
function isUnsure({ target, ours, min, max }) {
  const own = target?.oursAtMost;
  const bound = own ?? target?.atMost ?? target?.atLeast ?? NaN;
  const [low, high] = own === undefined ? [min, max] : [Math.min(...ours), Math.max(...ours)];
  return low < bound && bound < high;
}

/** @param {Figure} figure */
function wanted({ target, unit }) {
  if (target === null) return '';
  if (target.oursAtMost !== undefined) return `≤ ${amount([target.oursAtMost], unit)}`;
  return target.atMost !== undefined ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
}

/** @param {readonly number[]} values @param {string} unit */
const amount = (values, unit) => `${number(median(values))} ${unit}`;

/** @param {number} value */
const number = (value) => (Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2));
