import type { Database } from 'lmdb';
import { expiryKey, keyOfExpiry, KIND } from './keys.js';

/** Eight bytes before every value: when it ends, 0 for never. */
const HEAD = 8;

/**
 * Values that end. One that has ended is absent for every reader at once; its bytes are removed by `sweep`, which finds them by
 * a second key, ordered by time, and so never looks at what still lives. All writes belong in a transaction.
 */
export class Records {
  constructor(private readonly db: Database<Buffer, Uint8Array>) {}

  get(key: Uint8Array, now: number): Buffer | undefined {
    const record = this.db.get(key);
    if (record === undefined) return undefined;
    const ends = endOf(record);
    return ends !== 0 && ends <= now
      ? undefined
      : Buffer.from(record.buffer, record.byteOffset + HEAD, record.length - HEAD);
  }

  put(key: Uint8Array, value: Buffer, endsAt?: number): void {
    this.forgetExpiry(key);
    const record = Buffer.alloc(HEAD + value.length);
    if (endsAt !== undefined) record.writeBigUInt64BE(BigInt(endsAt));
    value.copy(record, HEAD);
    void this.db.put(key, record);
    if (endsAt !== undefined) void this.db.put(expiryKey(endsAt, key), Buffer.alloc(0));
  }

  remove(key: Uint8Array): void {
    this.forgetExpiry(key);
    void this.db.remove(key);
  }

  /** Removes what has ended, at most `most` of it; answers its keys. */
  sweep(now: number, most: number): Uint8Array[] {
    const due = [
      ...this.db.getKeys({ start: Buffer.of(KIND.expiry), end: expiryKey(now + 1, Buffer.alloc(0)), limit: most }),
    ];
    for (const expiry of due) {
      void this.db.remove(keyOfExpiry(expiry));
      void this.db.remove(expiry);
    }
    return due.map(keyOfExpiry);
  }

  private forgetExpiry(key: Uint8Array): void {
    const former = this.db.get(key);
    if (former === undefined) return;
    const ends = endOf(former);
    if (ends !== 0) void this.db.remove(expiryKey(ends, key));
  }
}

function endOf(record: Uint8Array): number {
  return Number(new DataView(record.buffer, record.byteOffset, HEAD).getBigUint64(0));
}
