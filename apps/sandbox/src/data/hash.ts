// Taken out once: inside Jest's contexts every look at a global is slow, and this runs for each character hashed.
const { imul } = Math;

/** 32-bit FNV-1a with a murmur finish: well spread, no allocation, the same on every machine. */
export function hash(key: string, index = 0): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) h = imul(h ^ key.charCodeAt(i), 0x01000193);
  return finish(h ^ imul(index + 1, 0x9e3779b1));
}

function finish(value: number): number {
  let h = value;
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 0 ≤ result < bound. */
export const pick = (bound: number, key: string, index = 0): number => hash(key, index) % bound;

export function oneOf<T>(choices: readonly [T, ...T[]], key: string, index = 0): T {
  return choices[pick(choices.length, key, index)] ?? choices[0];
}

const round = (half: number, key: number, turn: number) => finish(half ^ key ^ imul(turn, 0x9e3779b1)) & 0xffff;

/** A permutation of the 32-bit integers (four Feistel rounds): ids that look random and can be turned back. */
export function scramble(index: number, key: string): number {
  const k = hash(key);
  let left = index >>> 16;
  let right = index & 0xffff;
  for (let turn = 1; turn <= 4; turn++) [left, right] = [right, left ^ round(right, k, turn)];
  return ((left << 16) | right) >>> 0;
}

export function unscramble(value: number, key: string): number {
  const k = hash(key);
  let left = value >>> 16;
  let right = value & 0xffff;
  for (let turn = 4; turn >= 1; turn--) [left, right] = [right ^ round(left, k, turn), left];
  return ((left << 16) | right) >>> 0;
}
