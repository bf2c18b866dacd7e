import { randomUUID } from 'node:crypto';
import type { Store } from './store.js';

type Ports = Pick<
  Store,
  | 'acquireLease'
  | 'releaseLeaseIfOwner'
  | 'commitIfUnchanged'
  | 'getMany'
  | 'consume'
  | 'pageDescending'
  | 'logBackwards'
>;

/** Of the index and the log that are there for a moment. */
export const PROBE = 'probe';
const TTL_MS = 10_000;
/** Many load balancers may ask for the readiness of one process. */
const SHARED_MS = 1_000;

/**
 * Writes a lease, an index and a log of its own, reads, and removes them: a lease is removed only if it reads as it was written. A user of
 * Redis who lacks a permission is noticed here, before a script stops halfway. No value is written, because whoever scans the values
 * would meet it.
 */
export async function probe(store: Ports, partition: string): Promise<void> {
  const owner = randomUUID();
  const ref = { partition, key: `probe:${owner}` };
  const name = PROBE;
  if (!(await store.acquireLease(ref, owner, TTL_MS))) throw new Error('a lease was not written');
  const append = [{ log: name, entry: owner, keep: 1, ttlMs: TTL_MS }];
  await store.commitIfUnchanged(partition, { addToIndex: [{ index: name, member: name }], append });
  // Redis needs other commands for a log that there is.
  await store.commitIfUnchanged(partition, { append });
  await Promise.all([
    store.getMany([ref]),
    store.consume(ref),
    store.pageDescending(partition, name, { limit: 1 }),
    store.logBackwards(partition, name, 1),
  ]);
  await store.commitIfUnchanged(partition, {
    removeFromIndex: [{ index: name, member: name }],
    removeLogs: [name],
  });
  if (!(await store.releaseLeaseIfOwner(ref, owner))) throw new Error('what was written was not read back');
}

/** One call at a time, whose result is shared by those who ask meanwhile and within a second. */
export function shared<T>(call: () => Promise<T>): () => Promise<T> {
  let latest: Promise<T> | undefined;
  let freshUntil = Infinity;
  return () => {
    if (latest !== undefined && performance.now() < freshUntil) return latest;
    freshUntil = Infinity;
    latest = call();
    const end = () => void (freshUntil = performance.now() + SHARED_MS);
    latest.then(end, end);
    return latest;
  };
}
