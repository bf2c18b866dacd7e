import { createHash } from 'node:crypto';

/** The first byte of a key, so that each kind is a range of its own. */
export const KIND = {
  value: 0x10,
  lease: 0x20,
  pause: 0x30,
  budget: 0x40,
  place: 0x41,
  turns: 0x42,
  index: 0x50,
  expiry: 0x60,
  log: 0x70,
  entry: 0x71,
} as const;

/** LMDB allows 1978 bytes; the key of an expiry holds another key after nine bytes of its own. */
const LONGEST_NAME = 512;

/**
 * A key of one record. Each part is preceded by its length, so no two refs can make the same key; what is too long for LMDB is
 * replaced by its hash (and marked, so that a name cannot be chosen to equal a hash).
 */
export function recordKey(kind: number, ...parts: string[]): Buffer {
  const name = Buffer.concat(parts.flatMap((part) => lengthAndBytes(part)));
  if (name.length <= LONGEST_NAME) return Buffer.concat([Buffer.of(kind, 0), name]);
  return Buffer.concat([Buffer.of(kind, 1), createHash('sha256').update(name).digest()]);
}

/** Members stand in the key itself: LMDB orders keys by their bytes, as Redis orders members of one score. */
export function memberKey(partition: string, index: string, member: string): Buffer {
  return Buffer.concat([recordKey(KIND.index, partition, index), Buffer.from(member)]);
}

/** Entries stand behind the name of their log, in the order of their numbers. */
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

/** Big-endian, so that keys of expiries stand in the order of time. */
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
