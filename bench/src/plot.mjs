import { isMet } from './figure.mjs';
import { median } from './rounds.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */

const ROW = 24;
const LABELS = 430;
const BARS = 330;
const WIDTH = LABELS + BARS + 90;
/** Longer bars are cut here. */
const MOST = 2.2;

/**
 * One bar for each figure that has a target: how much of it is used up, 1 being the target itself; a thin line shows the spread.
 * Colors follow the reader's light or dark setting; no meaning is in the color alone.
 * @param {readonly Figure[]} figures
 */
export function plot(figures) {
  const shown = figures.filter(({ target }) => target !== null);
  const height = 64 + ROW * shown.length;
  const at = (/** @type {number} */ share) => LABELS + (Math.min(share, MOST) / MOST) * BARS;
  const rows = shown.map((figure, index) => {
    const y = 52 + index * ROW;
    const used = usedOf(figure);
    const met = isMet(figure) === true;
    const from = Math.min(...used.spread);
    const to = Math.max(...used.spread);
    return `<text x="${LABELS - 10}" y="${y + 12}" text-anchor="end">${escape(figure.name)}</text>
<rect class="${met ? 'met' : 'missed'}" x="${LABELS}" y="${y + 2}" width="${(at(used.value) - LABELS).toFixed(1)}" height="13" rx="2"/>
<line class="spread" x1="${at(from).toFixed(1)}" x2="${at(to).toFixed(1)}" y1="${y + 8.5}" y2="${y + 8.5}"/>
<text x="${LABELS + BARS + 8}" y="${y + 12}">${used.value.toFixed(2)} ${met ? 'met' : 'missed'}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title">
<title id="title">How much of its target each figure uses: up to 1 it is met</title>
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328 } .head { font-weight: 600 }
.met { fill: #2f81b7 } .missed { fill: #c9510c } .target { stroke: #1f2328; stroke-dasharray: 4 3 } .spread { stroke: #1f2328; stroke-width: 1.5; opacity: .7 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .met { fill: #58a6d6 } .missed { fill: #f0883e } .target, .spread { stroke: #e6edf3 } }
</style>
<text class="head" x="${LABELS}" y="20">used of the target: less is better, 1 is the target</text>
<line class="target" x1="${at(1).toFixed(1)}" x2="${at(1).toFixed(1)}" y1="34" y2="${height - 8}"/>
${rows.join('\n')}
</svg>
`;
}

/** How much of its target a figure uses; 1 just meets it. Where more is better, the ratio is inverted. @param {Figure} figure */
function usedOf({ target, ratio, min, max, ours }) {
  if (target?.oursAtMost !== undefined) {
    const most = target.oursAtMost;
    return { value: median(ours) / most, spread: ours.map((one) => one / most) };
  }
  const part = (/** @type {number} */ value) =>
    target?.atMost !== undefined ? Math.max(0, value) / target.atMost : (target?.atLeast ?? 1) / value;
  return { value: part(ratio), spread: [part(min), part(max)] };
}

/** @param {string} text */
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
