import { Refusal } from '../core/answer.js';
import type { Call } from '../core/call.js';
import { hash } from '../data/hash.js';
import { fromBase, inBase } from '../data/ids.js';
import { iteratorGone } from './errors.js';

/** "Expires after minutes", says experience; how many is not documented. */
const LIFE_SECONDS = 300;

const mark = (call: Call) => inBase(hash(call.path.replace(/\/listRecords$/, '')), 62, 2);

/** `itr` + position and time, as long as an Airtable id, then the last record of the page. */
export function offsetOf(call: Call, position: number, lastId: string): string {
  return `itr${inBase(position, 62, 6)}${inBase(Math.floor(call.now / 1000), 62, 6)}${mark(call)}/${lastId}`;
}

export function positionOf(call: Call, offset: string | undefined): number {
  if (offset === undefined) return 0;
  const [, position, issued, path] = /^itr(\w{6})(\w{6})(\w{2})\/\w+$/.exec(offset) ?? [];
  if (position === undefined || issued === undefined || path !== mark(call)) throw new Refusal(iteratorGone());
  const age = call.now / 1000 - fromBase(issued, 62);
  if (age > LIFE_SECONDS) throw new Refusal(iteratorGone());
  return fromBase(position, 62);
}
