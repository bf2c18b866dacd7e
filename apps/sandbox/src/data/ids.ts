import { hash, scramble, unscramble } from './hash.js';

const { floor } = Math;

/**
 * Ids are made from (key, index) and can be turned back into the index, so a get-by-id needs no table. Each carries a
 * check, so an id of another account or kind is unknown instead of somebody else's item.
 */

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function inBase(value: number, base: 16 | 36 | 62, width: number): string {
  let rest = value;
  let out = '';
  for (let i = 0; i < width; i++) {
    out = DIGITS.charAt(rest % base) + out;
    rest = floor(rest / base);
  }
  return out;
}

export function fromBase(value: string, base: 16 | 36 | 62): number {
  let total = 0;
  for (const digit of value) total = total * base + DIGITS.indexOf(digit);
  return total;
}

/** `prefix` + characters of base 36 (Slack) or 62 (Airtable): six or seven for the index, the rest a check. */
function compact(base: 36 | 62, indexWidth: number, width: number) {
  const checkWidth = width - indexWidth;
  const check = (key: string, index: number) => {
    const parts = [hash(`${key}/a`, index), hash(`${key}/b`, index)].map((part) => inBase(part, base, 5).slice(1));
    return parts.join('').slice(0, checkWidth);
  };
  return {
    encode: (prefix: string, key: string, index: number) =>
      prefix + inBase(scramble(index, prefix + key), base, indexWidth) + check(prefix + key, index),
    decode: (prefix: string, key: string, id: string): number | undefined => {
      if (!id.startsWith(prefix) || id.length !== prefix.length + width) return undefined;
      const value = fromBase(id.slice(prefix.length, prefix.length + indexWidth), base);
      if (!(value >= 0 && value <= 0xffffffff)) return undefined;
      const index = unscramble(value, prefix + key);
      return id.endsWith(check(prefix + key, index)) ? index : undefined;
    },
  };
}

/** `rec` + 14 characters, as Airtable's ids. */
export const airtableIds = compact(62, 6, 14);

/** `C0` + 9 characters, as Slack's ids. */
export const slackIds = compact(36, 7, 9);

const hex = (value: number, width: number) => inBase(value, 16, width).toLowerCase();

/** A UUID that holds two indexes: a page of the workspace is (0, n), a row of data source d is (d + 1, n). */
export function uuid(key: string, a: number, b: number): string {
  const check = hash(`${key}/${a}`, b) & 0xffffff;
  const digits = hex(scramble(a, `${key}/a`), 8) + hex(scramble(b, `${key}/b`), 8) + hex(check, 6);
  return [
    hex(hash(key), 8),
    digits.slice(0, 4),
    `8${digits.slice(4, 7)}`,
    `a${digits.slice(7, 10)}`,
    digits.slice(10),
  ].join('-');
}

/** The two indexes of an id made by `uuid` with this key. Dashes are optional, as at Notion. */
export function fromUuid(key: string, id: string): [number, number] | undefined {
  const bare = id.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(bare)) return undefined;
  const digits = bare.slice(8, 12) + bare.slice(13, 16) + bare.slice(17);
  const a = unscramble(Number.parseInt(digits.slice(0, 8), 16), `${key}/a`);
  const b = unscramble(Number.parseInt(digits.slice(8, 16), 16), `${key}/b`);
  return uuid(key, a, b).replaceAll('-', '') === bare ? [a, b] : undefined;
}
