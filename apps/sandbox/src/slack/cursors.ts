import type { MockRequest } from '../core/request.js';
import { integer } from '../core/fields.js';
import { fail } from './errors.js';
import { argument } from './teams.js';

/** Base64 of a word and a place, e.g. `next_ts:1512085861000543`; opaque, but that is what it is. */
export const cursorAt = (word: string, place: string | number): string =>
  Buffer.from(`${word}:${place}`).toString('base64');

export function placeOf(request: MockRequest, word: string): string | undefined {
  const cursor = argument(request, 'cursor');
  if (cursor === undefined) return undefined;
  const plain = Buffer.from(cursor, 'base64').toString('utf8');
  if (!plain.startsWith(`${word}:`) || cursorAt(word, plain.slice(word.length + 1)) !== cursor)
    throw fail('invalid_cursor');
  return plain.slice(word.length + 1);
}

export function limitOf(request: MockRequest, preset: number, most = 999): number {
  const limit = integer(argument(request, 'limit')) ?? preset;
  if (!(limit >= 1 && limit <= most)) throw fail('invalid_limit');
  return limit;
}

/** The last page has an empty cursor. */
export const nextCursor = (cursor: string | undefined) => ({ response_metadata: { next_cursor: cursor ?? '' } });
