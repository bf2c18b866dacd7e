import { setMaxListeners } from 'node:events';
import { redisClusterInsStore } from 'cache-manager-redis-yet';
import { createCluster, type RedisClusterOptions, type RedisClusterType } from 'redis';
import type { Address } from './address.js';
import { clientOptions, connectNode, type Client } from './client.js';
import { RedisFault } from './faults.js';
import { CONNECT_TIMEOUT_MS, withTimeout } from './timeout.js';

const SLOTS = 16_384;

/** Nodes are connected to on demand, so an unavailable one does not affect the others. */
export async function connectCluster(
  addresses: readonly Address[],
  onError: (cause: unknown) => void,
): Promise<Client> {
  const root = await firstAvailable(addresses);
  const abort = new AbortController();
  // One listener for each socket; a cluster may have more nodes than Node's warning allows.
  setMaxListeners(0, abort.signal);
  const { socket, ...defaults } = clientOptions(root, abort.signal);
  const { host, port, ...everySocket } = socket as Address['socket'];
  const options = {
    rootNodes: [{ socket: { host, port } }],
    defaults: { ...defaults, socket: everySocket },
    minimizeConnections: true,
  } as RedisClusterOptions;
  const cluster = createCluster(options) as unknown as RedisClusterType;
  cluster.on('error', onError);
  try {
    await withTimeout(CONNECT_TIMEOUT_MS, cluster.connect());
  } catch (error) {
    abort.abort();
    throw error;
  }
  return {
    send: (key, args) => send(cluster, key, args),
    nodes: () =>
      Promise.all(
        cluster.masters.map(async (master) => {
          const node = await cluster.nodeClient(master);
          return (args: string[]) => node.sendCommand(args);
        }),
      ),
    partitions: () => partitionsOf(cluster),
    cache: redisClusterInsStore(cluster, options),
    servesOthers: true,
    quit: () => cluster.quit(),
    destroy: () => abort.abort(),
  };
}

/** The client tries its root nodes one after the other, without a timeout, so one that hangs would block it. */
function firstAvailable(addresses: readonly Address[]): Promise<Address> {
  return Promise.any(
    addresses.map(async (address) => {
      const { node, destroy } = await connectNode(address, () => {});
      try {
        await withTimeout(CONNECT_TIMEOUT_MS, node.sendCommand(['CLUSTER', 'SLOTS']));
      } catch (error) {
        if (!(error instanceof Error && /cluster support disabled|unknown command/.test(error.message))) throw error;
        throw new RedisFault('no-cluster', 'REDIS_CLUSTER_NODES names a Redis that is not a cluster', { cause: error });
      } finally {
        destroy();
      }
      return address;
    }),
  );
}

function partitionsOf({ masters, slots }: RedisClusterType): string[] {
  const found = new Map<unknown, string>();
  for (let i = 0; found.size < masters.length && i < SLOTS; i += 1) {
    const partition = `probe-${i}`;
    const master = slots[slotOf(partition)]?.master;
    if (master !== undefined && !found.has(master)) found.set(master, partition);
  }
  return [...found.values()];
}

/** CRC-16/XMODEM, as the specification of Redis Cluster has it. */
function slotOf(hashTag: string): number {
  let crc = 0;
  for (const byte of Buffer.from(hashTag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc % SLOTS;
}

async function send(cluster: RedisClusterType, key: string, args: string[]): Promise<unknown> {
  try {
    return await cluster.sendCommand(key === '' ? undefined : key, false, args);
  } catch (error) {
    // The client's error for a slot that no node serves.
    if (error instanceof TypeError)
      throw new RedisFault('no-node', 'no node of the cluster serves this key', { cause: error });
    throw error;
  }
}
