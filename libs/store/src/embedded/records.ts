import type { Database } from 'lmdb';
import { expiryKey, keyOfExpiry, KIND } from './keys.js';

/** Eight bytes before every value: when it expires, 0 for never. */
const HEAD_BYTES = 8;

/**
 * Values that expire. Readers do not see an expired one. `sweep` removes it later, and finds it by a second key, ordered by time, so it
 * reads nothing that has not expired. Writes need a transaction.
 */
export class Records {
  constructor(private readonly db: Database<Buffer, Uint8Array>) {}

  get(key: Uint8Array, now: number): Buffer | undefined {
    const record = this.db.get(key);
    if (record === undefined) return undefined;
    const expiresAt = expiryOf(record);
    return expiresAt !== 0 && expiresAt <= now ? undefined : contentOf(record);
  }

  put(key: Uint8Array, value: Buffer, expiresAt?: number): void {
    this.removeExpiry(key);
    const record = Buffer.alloc(HEAD_BYTES + value.length);
    if (expiresAt !== undefined) record.writeBigUInt64BE(BigInt(expiresAt));
    value.copy(record, HEAD_BYTES);
    void this.db.put(key, record);
    if (expiresAt !== undefined) void this.db.put(expiryKey(expiresAt, key), Buffer.alloc(0));
  }

  /** Its expiry stays. */
  replace(key: Uint8Array, value: Buffer): void {
    const former = this.db.get(key);
    const expiresAt = former === undefined ? 0 : expiryOf(former);
    this.put(key, value, expiresAt === 0 ? undefined : expiresAt);
  }

  remove(key: Uint8Array): void {
    this.removeExpiry(key);
    void this.db.remove(key);
  }

  /** Removes at most `limit` expired records. @returns their keys */
  sweep(now: number, limit: number): Uint8Array[] {
    const due = [
      ...this.db.getKeys({ start: Buffer.of(KIND.expiry), end: expiryKey(now + 1, Buffer.alloc(0)), limit }),
    ];
    for (const expiry of due) {
      void this.db.remove(keyOfExpiry(expiry));
      void this.db.remove(expiry);
    }
    return due.map(keyOfExpiry);
  }

  private removeExpiry(key: Uint8Array): void {
    const former = this.db.get(key);
    if (former === undefined) return;
    const expiresAt = expiryOf(former);
    if (expiresAt !== 0) void this.db.remove(expiryKey(expiresAt, key));
  }
}

export function contentOf(record: Uint8Array): Buffer {
  return Buffer.from(record.buffer, record.byteOffset + HEAD_BYTES, record.length - HEAD_BYTES);
}

/** 0: never. */
export function expiryOf(record: Uint8Array): number {
  return Number(new DataView(record.buffer, record.byteOffset, HEAD_BYTES).getBigUint64(0));
}
