import { createHash } from 'node:crypto';

/** The first byte of a key: each kind is a range of its own. */
export const KIND = {
  value: 0x10,
  lease: 0x20,
  pause: 0x30,
  slotCounter: 0x40,
  slot: 0x41,
  // Not 0x42: earlier versions stored the state in another shape there.
  fairQueue: 0x43,
  index: 0x50,
  expiry: 0x60,
  log: 0x70,
  entry: 0x71,
} as const;

/** LMDB allows 1978 bytes; the key of an expiry holds another key after nine bytes of its own. */
const MAX_NAME_BYTES = 512;

/**
 * Each part is preceded by its length, so no two refs have the same key. A name that is too long for LMDB is replaced by its hash, and
 * marked, so that no name can be chosen to equal a hash.
 */
export function recordKey(kind: number, ...parts: string[]): Buffer {
  const name = Buffer.concat(parts.flatMap(lengthAndBytes));
  if (name.length <= MAX_NAME_BYTES) return Buffer.concat([Buffer.of(kind, 0), name]);
  return Buffer.concat([Buffer.of(kind, 1), createHash('sha256').update(name).digest()]);
}

/** @returns `null` for a key with a hash, which does not tell its parts */
export function partsOfKey(key: Uint8Array): string[] | null {
  if (key[1] !== 0) return null;
  return partsFrom(Buffer.from(key)).parts;
}

/** @returns `null` for a key with a hash */
export function memberOfKey(key: Uint8Array): { partition: string; index: string; member: string } | null {
  if (key[1] !== 0) return null;
  const bytes = Buffer.from(key);
  const { parts, end } = partsFrom(bytes, 2);
  const [partition = '', index = ''] = parts;
  return { partition, index, member: bytes.toString('utf8', end) };
}

function partsFrom(bytes: Buffer, limit = Infinity): { parts: string[]; end: number } {
  const parts: string[] = [];
  let end = 2;
  while (end < bytes.length && parts.length < limit) {
    const start = end + 4;
    end = start + bytes.readUInt32BE(end);
    parts.push(bytes.toString('utf8', start, end));
  }
  return { parts, end };
}

/** The key holds the member itself: LMDB orders keys by their bytes, as Redis orders members of equal score. */
export function memberKey(partition: string, index: string, member: string): Buffer {
  return Buffer.concat([recordKey(KIND.index, partition, index), Buffer.from(member)]);
}

/** The number follows the name of the log, big-endian, so that keys sort by it. */
export function entryKey(log: Uint8Array, number: number): Buffer {
  const key = Buffer.alloc(log.length + 8);
  key.set(log);
  key[0] = KIND.entry;
  key.writeBigUInt64BE(BigInt(number), log.length);
  return key;
}

export function numberOfEntry(key: Uint8Array): number {
  return Number(Buffer.from(key).readBigUInt64BE(key.length - 8));
}

/** The time is big-endian, so that keys sort by it. */
export function expiryKey(at: number, key: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head[0] = KIND.expiry;
  head.writeBigUInt64BE(BigInt(at), 1);
  return Buffer.concat([head, key]);
}

export function keyOfExpiry(expiry: Uint8Array): Uint8Array {
  return expiry.subarray(9);
}

function lengthAndBytes(part: string): Buffer[] {
  const bytes = Buffer.from(part);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}
