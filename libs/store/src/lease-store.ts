import { randomUUID } from 'node:crypto';
import type { Ref } from './key-value-store.js';

/** A lease is a lock with an owner and an expiry. */
export abstract class LeaseStore {
  /** @returns true if the lease was free or expired; `owner` then holds it for `ttlMs` */
  abstract acquireLease(ref: Ref, owner: string, ttlMs: number): Promise<boolean>;
  /** @returns false if the lease no longer belongs to `owner`, who must stop then */
  abstract extendLeaseIfOwner(ref: Ref, owner: string, ttlMs: number): Promise<boolean>;
  abstract releaseLeaseIfOwner(ref: Ref, owner: string): Promise<boolean>;
}

/**
 * Runs `work` while holding a lease, which is extended until `work` ends and expires within `ttlMs` if this process crashes.
 * A lease keeps others from starting the same work. It does not prove that it is still held at the moment of a write, because the store
 * may have been unavailable: `work` has to write by compare-and-set.
 * @returns `null` if another owner holds the lease
 */
export async function holdLease<T>(
  store: LeaseStore,
  ref: Ref,
  ttlMs: number,
  work: () => Promise<T>,
): Promise<{ result: T } | null> {
  const owner = randomUUID();
  if (!(await store.acquireLease(ref, owner, ttlMs))) return null;
  const extending = setInterval(() => {
    // Nothing can be done here if the lease is lost or the store unavailable: see above.
    store.extendLeaseIfOwner(ref, owner, ttlMs).catch(() => false);
  }, ttlMs / 3);
  try {
    return { result: await work() };
  } finally {
    clearInterval(extending);
    // If the release fails, the lease expires.
    await store.releaseLeaseIfOwner(ref, owner).catch(() => false);
  }
}
