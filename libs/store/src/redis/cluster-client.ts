import { setMaxListeners } from 'node:events';
import { redisClusterInsStore } from 'cache-manager-redis-yet';
import { createCluster, type RedisClusterOptions, type RedisClusterType } from 'redis';
import type { Address } from './address.js';
import { clientOptions, connectNode, type Client } from './client.js';
import { CONNECT_TIMEOUT_MS, withTimeout } from './timeout.js';

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
      (await connectNode(address, () => {})).destroy();
      return address;
    }),
  );
}

async function send(cluster: RedisClusterType, key: string, args: string[]): Promise<unknown> {
  try {
    return await cluster.sendCommand(key === '' ? undefined : key, false, args);
  } catch (error) {
    // The client's error for a slot that no node serves.
    if (error instanceof TypeError) throw new Error('No node of the cluster serves this key', { cause: error });
    throw error;
  }
}
