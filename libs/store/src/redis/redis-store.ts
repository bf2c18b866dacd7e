import type { Store } from '../store.js';
import { parseAddresses } from './address.js';
import { redisCache } from './cache.js';
import { connectRedis } from './client.js';
import { connectCluster } from './cluster-client.js';
import { Connection } from './connection.js';
import { redisKeyValues } from './key-values.js';
import { redisLeases } from './leases.js';
import { redisLogs } from './logs.js';
import { redisRateLimits } from './rate-limits.js';
import { Subscriber } from './subscriber.js';

export async function openRedisStore(
  nodes: readonly string[],
  kind: 'redis' | 'redis-cluster',
  report: (message: string) => void = () => {},
): Promise<Store> {
  const addresses = parseAddresses(nodes);
  const connection = await Connection.open(
    (onError) => (kind === 'redis' ? connectRedis(addresses[0], onError) : connectCluster(addresses, onError)),
    report,
  );
  const subscriber = new Subscriber(addresses);
  const ports = Object.assign(
    redisKeyValues(connection, kind === 'redis-cluster'),
    redisLogs(connection, subscriber),
    redisLeases(connection),
    redisRateLimits(connection),
  );
  return Object.assign(ports, {
    kind: 'redis' as const,
    cache: redisCache(connection),
    ping: () => connection.ping(),
    close: () => {
      subscriber.close();
      return connection.close();
    },
  });
}
