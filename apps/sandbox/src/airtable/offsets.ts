import { ErrorResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import { hash } from '../data/hash.js';
import { fromBase, inBase } from '../data/ids.js';
import { iteratorGone } from './errors.js';

/** "Expires after minutes", says experience; how many is not documented. */
const LIFE_SECONDS = 300;

const mark = (request: MockRequest) => inBase(hash(request.path.replace(/\/listRecords$/, '')), 62, 2);

/** `itr` + a number and the time, as long as an Airtable id, then the last record of the page. */
export function offsetOf(request: MockRequest, value: number, lastId: string): string {
  return `itr${inBase(value, 62, 6)}${inBase(Math.floor(request.now / 1000), 62, 6)}${mark(request)}/${lastId}`;
}

/** The number in an offset. */
export function offsetValue(request: MockRequest, offset: string | undefined): number | undefined {
  if (offset === undefined) return undefined;
  const [, value, issued, path] = /^itr(\w{6})(\w{6})(\w{2})\/\w+$/.exec(offset) ?? [];
  if (value === undefined || issued === undefined || path !== mark(request)) throw new ErrorResponse(iteratorGone());
  const age = request.now / 1000 - fromBase(issued, 62);
  if (age > LIFE_SECONDS) throw new ErrorResponse(iteratorGone());
  return fromBase(value, 62);
}
