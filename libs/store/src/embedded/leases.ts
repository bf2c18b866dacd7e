import type { Ref } from '../key-value-store.js';
import type { LeaseStore } from '../lease-store.js';
import { positiveMs } from '../limits.js';
import type { EmbeddedDatabase } from './database.js';
import { KIND, recordKey } from './keys.js';

export function embeddedLeases(database: EmbeddedDatabase): LeaseStore {
  const { records } = database;
  const leaseKey = ({ partition, key }: Ref) => recordKey(KIND.lease, partition, key);

  function ifOwner(ref: Ref, owner: string, act: (key: Buffer, now: number) => void): Promise<boolean> {
    const key = leaseKey(ref);
    return database.write((now) => {
      if (!records.get(key, now)?.equals(Buffer.from(owner))) return false;
      act(key, now);
      return true;
    });
  }

  return {
    async acquireLease(ref, owner, ttlMs) {
      const key = leaseKey(ref);
      const ttl = positiveMs(ttlMs);
      return database.write((now) => {
        if (records.get(key, now) !== undefined) return false;
        records.put(key, Buffer.from(owner), now + ttl);
        return true;
      });
    },
    async extendLeaseIfOwner(ref, owner, ttlMs) {
      const ttl = positiveMs(ttlMs);
      return ifOwner(ref, owner, (key, now) => records.put(key, Buffer.from(owner), now + ttl));
    },
    releaseLeaseIfOwner: (ref, owner) => ifOwner(ref, owner, (key) => records.remove(key)),
  };
}
