import { EventEmitter } from 'node:events';
import type { Store } from '../store.js';
import { unavailable } from '../unavailable.js';
import { memoryCache } from './cache.js';
import { EmbeddedDatabase, openLmdb } from './database.js';
import { KIND } from './keys.js';
import { embeddedKeyValues } from './key-values.js';
import { embeddedLeases } from './leases.js';
import { embeddedLogs } from './logs.js';
import { embeddedRateLimits } from './rate-limits.js';

/** LMDB: one machine, with nothing else installed. */
export async function openEmbeddedStore(directory: string): Promise<Store> {
  const lmdb = await openLmdb(directory).catch((error: unknown) => {
    throw unavailable(error);
  });
  const database = new EmbeddedDatabase(lmdb);
  const topics = new EventEmitter().setMaxListeners(0);
  const ports = Object.assign(
    embeddedKeyValues(database, topics),
    embeddedLogs(database, topics),
    embeddedLeases(database),
    embeddedRateLimits(database),
  );
  return Object.assign(ports, {
    kind: 'embedded' as const,
    cache: memoryCache(),
    ping: async () => void database.read(() => lmdb.get(Buffer.of(KIND.value))),
    close: async () => {
      topics.removeAllListeners();
      await database.close();
    },
  });
}
