import { EventEmitter } from 'node:events';
import { FaultMonitor } from '../fault-monitor.js';
import { IncompleteCopyError } from '../incomplete-copy-error.js';
import { probe, shared } from '../probe.js';
import type { StoreObserver } from '../store-fault.js';
import type { Store } from '../store.js';
import { unavailable } from '../unavailable.js';
import { memoryCache } from './cache.js';
import { EmbeddedDatabase, openLmdb } from './database.js';
import { embeddedEntries } from './entries.js';
import { embeddedFault } from './faults.js';
import { embeddedKeyValues } from './key-values.js';
import { embeddedLeases } from './leases.js';
import { embeddedLogs } from './logs.js';
import { embeddedRateLimits } from './rate-limits.js';

/** LMDB: one machine, with nothing else installed. */
export async function openEmbeddedStore(directory: string, observer: StoreObserver): Promise<Store> {
  const { lmdb, path } = await openLmdb(directory).catch((error: unknown) => {
    throw error instanceof IncompleteCopyError ? error : unavailable(error);
  });
  const monitor: FaultMonitor = new FaultMonitor({
    name: 'The embedded store',
    observer,
    faultOf: (error) => embeddedFault(error, directory),
    tryStore: () => tryStore(),
  });
  const database = new EmbeddedDatabase(lmdb, path, (error) => monitor.failed(error));
  const topics = new EventEmitter().setMaxListeners(0);
  const ports = Object.assign(
    embeddedKeyValues(database, topics),
    embeddedLogs(database, topics),
    embeddedLeases(database),
    embeddedRateLimits(database),
  );
  const tryStore = shared(() => probe(ports, 'probe'));
  return Object.assign(ports, embeddedEntries(database), {
    kind: 'embedded' as const,
    cache: memoryCache(),
    ping: tryStore,
    warnings: () => monitor.warnings(),
    close: async () => {
      monitor.close();
      topics.removeAllListeners();
      await database.close();
    },
  });
}
