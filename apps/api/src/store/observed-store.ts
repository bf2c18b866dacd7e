import type { Store } from '@causeway/store';
import type { Metrics } from '../metrics/metrics.js';
import type { Tracing } from '../tracing/tracing.js';

/** Of all ports but the cache, which never fails, and what does not end by itself. */
const OPERATIONS = [
  'get',
  'getMany',
  'commitIfUnchanged',
  'consume',
  'pageDescending',
  'logFrom',
  'logBackwards',
  'acquireLease',
  'extendLeaseIfOwner',
  'releaseLeaseIfOwner',
  'reserveSlot',
  'acquireSlots',
  'limitRemaining',
  'pauseRate',
] as const satisfies readonly (keyof Store)[];

type Operation = (...args: unknown[]) => Promise<unknown>;

/** The store whose operations are measured and traced. Keys and values are in neither. */
export function observedStore(store: Store, metrics: Metrics, tracing: Tracing): Store {
  const observed: Record<string, Operation> = {};
  const system = store.kind === 'redis' ? 'redis' : 'lmdb';
  for (const name of OPERATIONS) {
    const operation = store[name] as Operation;
    const labels = { operation: name };
    const options = { kind: 'client', attributes: { 'db.system.name': system, 'db.operation.name': name } } as const;
    const measured: Operation = async (...args) => {
      const started = performance.now();
      try {
        return await operation(...args);
      } finally {
        metrics.storeSeconds.observe(labels, (performance.now() - started) / 1000);
      }
    };
    observed[name] =
      tracing.tracer === null
        ? measured
        : (...args) => tracing.inSpan(`store ${name}`, options, () => measured(...args));
  }
  return Object.assign({}, store, observed);
}
