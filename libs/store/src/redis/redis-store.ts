import type { Store } from '../store.js';
import { parseAddresses } from './address.js';
import { redisCache } from './cache.js';
import { connectRedis, type Connect } from './client.js';
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
  const connect: Connect = (onError) =>
    kind === 'redis' ? connectRedis(addresses[0], onError) : connectCluster(addresses, onError);
  // What one of them reports the other would say as well.
  const [connection, cacheConnection] = await Promise.all([
    Connection.open(connect, report),
    Connection.open(connect, () => {}),
  ]);
  const subscriber = new Subscriber(addresses);
  const ports = Object.assign(
    redisKeyValues(connection, kind === 'redis-cluster'),
    redisLogs(connection, subscriber),
    redisLeases(connection),
    redisRateLimits(connection),
  );
  return Object.assign(ports, {
    kind: 'redis' as const,
    cache: redisCache(cacheConnection),
    ping: () => connection.ping(),
    close: async () => {
      subscriber.close();
      await Promise.all([connection.close(), cacheConnection.close()]);
    },
  });
}
