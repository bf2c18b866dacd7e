import { setMaxListeners } from 'node:events';
import { redisClusterInsStore } from 'cache-manager-redis-yet';
import { createCluster, type RedisClusterOptions, type RedisClusterType } from 'redis';
import type { Address } from './address.js';
import { DIAL_MS, within } from './deadline.js';
import { dialNode } from './node-session.js';
import type { Scan, Session } from './session.js';
import { credentials, socketOptions } from './socket.js';

/** A Redis Cluster. Nodes are connected to when they are first needed, so one that is away does not keep the others away. */
export async function dialCluster(nodes: readonly Address[], broken: (cause: unknown) => void): Promise<Session> {
  const root = await firstToAnswer(nodes);
  const abort = new AbortController();
  // One listener for each socket; a cluster may have more nodes than Node's warning allows.
  setMaxListeners(0, abort.signal);
  const options: RedisClusterOptions = {
    rootNodes: [{ socket: { host: root.host, port: root.port } }],
    defaults: { ...credentials(root), socket: socketOptions(root, abort.signal), disableOfflineQueue: true },
    minimizeConnections: true,
  } as RedisClusterOptions;
  const cluster = createCluster(options) as unknown as RedisClusterType;
  cluster.on('error', broken);
  try {
    await within(DIAL_MS, cluster.connect());
  } catch (error) {
    abort.abort();
    throw error;
  }

  return {
    send: (key, args) => sendTo(cluster, key, args),
    cacheStore: redisClusterInsStore(cluster, { ...options, isCacheable: () => true }),
    scanners: async () => {
      const scans: Scan[] = [];
      for (const node of cluster.masters) {
        const client = await cluster.nodeClient(node);
        scans.push((cursor, pattern) => client.scan(cursor, { MATCH: pattern, COUNT: 1_000 }));
      }
      return scans;
    },
    partial: true,
    end: () => cluster.quit(),
    drop: () => abort.abort(),
  };
}

/** The client asks its root nodes one after the other, without a deadline: a hung one would hold it up. So it is given one that answers. */
async function firstToAnswer(nodes: readonly Address[]): Promise<Address> {
  return Promise.any(
    nodes.map(async (node) => {
      const session = await dialNode(node, () => {});
      session.drop();
      return node;
    }),
  );
}

async function sendTo(cluster: RedisClusterType, key: string, args: string[]): Promise<unknown> {
  try {
    return await cluster.sendCommand(key === '' ? undefined : key, false, args);
  } catch (error) {
    // What the client makes of a slot that no node serves.
    if (error instanceof TypeError) throw new Error('No node of the cluster serves this key', { cause: error });
    throw error;
  }
}
