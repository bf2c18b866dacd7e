import { randomUUID } from 'node:crypto';
import type { Ref, Store } from './store.js';

/**
 * Runs `work` while holding a lease that extends itself until `work` ends; after a crash of this process it ends by itself within `ttlMs`.
 * A lease keeps others from starting the same work; it cannot prove at the moment of a write that it is still held (the store may have
 * been away). What `work` writes has to be a compare-and-set of its own.
 * @returns `null` if somebody else holds the lease.
 */
export async function holdLease<T>(
  store: Store,
  ref: Ref,
  ttlMs: number,
  work: () => Promise<T>,
): Promise<{ result: T } | null> {
  const owner = randomUUID();
  if (!(await store.acquireLease(ref, owner, ttlMs))) return null;
  const extending = setInterval(() => {
    // Refused or unreachable: nothing to do here, see above.
    store.extendLeaseIfOwner(ref, owner, ttlMs).catch(() => false);
  }, ttlMs / 3);
  try {
    return { result: await work() };
  } finally {
    clearInterval(extending);
    // Not released (store away): it ends by itself.
    await store.releaseLeaseIfOwner(ref, owner).catch(() => false);
  }
}
