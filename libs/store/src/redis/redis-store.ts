import { FaultMonitor } from '../fault-monitor.js';
import { probe, shared } from '../probe.js';
import type { Store } from '../store.js';
import type { StoreObserver } from '../store-fault.js';
import { parseAddresses } from './address.js';
import { redisCache } from './cache.js';
import { connectNode, connectRedis, type Connect, type Node } from './client.js';
import { connectCluster } from './cluster-client.js';
import { Connection } from './connection.js';
import { redisEntries } from './entries.js';
import { redisFault } from './faults.js';
import { Inspector } from './inspector.js';
import { redisKeyValues } from './key-values.js';
import { redisLeases } from './leases.js';
import { redisLogs } from './logs.js';
import { redisRateLimits } from './rate-limits.js';
import type { RedisStoreOptions } from './options.js';
import { connectMaster, connectSentinelMaster } from './sentinel-client.js';
import { Subscriber } from './subscriber.js';

export async function openRedisStore(options: RedisStoreOptions, observer: StoreObserver): Promise<Store> {
  const { connect, connectSubscriber } = connections(options);
  const monitor: FaultMonitor = new FaultMonitor({ name: 'Redis', observer, faultOf: redisFault, tryStore });
  const inspector = new Inspector(observer, options.areSettingsAccepted ?? false);
  const onFailure = (error: unknown) => monitor.failed(error);
  const connection = new Connection(connect, {
    failed: onFailure,
    noticed: (error) => monitor.noticed(error),
    connected: (client) => inspector.connected(client),
  });
  // What it reports the other would say as well.
  const cacheConnection = new Connection(connect);
  const subscriber = new Subscriber({ connect: connectSubscriber, onFailure });
  const values = redisKeyValues(connection, options.kind === 'redis-cluster');
  const logs = redisLogs(connection, subscriber);
  const ports = Object.assign(values, logs, redisLeases(connection), redisRateLimits(connection));
  const probeAll = shared(async () =>
    Promise.allSettled((await connection.partitions()).map((partition) => probe(ports, partition))),
  );
  async function tryStore(): Promise<void> {
    for (const result of await probeAll()) if (result.status === 'rejected') throw result.reason;
  }

  await Promise.all([connection.start(), cacheConnection.start()]);
  return Object.assign(ports, redisEntries(connection, values, logs), {
    kind: 'redis' as const,
    cache: redisCache(cacheConnection),
    async ping() {
      // A cluster serves the keys of the other nodes when one fails.
      if (!(await probeAll()).some(({ status }) => status === 'fulfilled')) await tryStore();
    },
    warnings: () => [...monitor.warnings(), ...inspector.warnings()],
    close: async () => {
      monitor.close();
      inspector.close();
      subscriber.close();
      await Promise.all([connection.close(), cacheConnection.close()]);
    },
  });
}

function connections(options: RedisStoreOptions): {
  connect: Connect;
  connectSubscriber: (attempt: number, onError: (cause: unknown) => void) => Promise<Node>;
} {
  const { defaults } = options;
  if (options.kind === 'redis-sentinel') {
    const { username, password, tls } = defaults ?? {};
    const credentials = { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
    const addresses = parseAddresses(options.sentinels, { ...(tls && { tls }) });
    const sentinels = { addresses, master: options.master, credentials };
    return {
      connect: (onError) => connectSentinelMaster(sentinels, onError),
      connectSubscriber: (_attempt, onError) => connectMaster(sentinels, onError),
    };
  }
  const addresses = parseAddresses(options.kind === 'redis' ? [options.url] : options.nodes, defaults);
  const [first] = addresses;
  return {
    connect: (onError) =>
      options.kind === 'redis' ? connectRedis(first, onError) : connectCluster(addresses, onError),
    // Every node of a cluster forwards all messages: the client's own reconnecting knows only one.
    connectSubscriber: (attempt, onError) => connectNode(addresses[attempt % addresses.length] ?? first, onError),
  };
}
