import { redisInsStore, type RedisStore } from 'cache-manager-redis-yet';
import { createClient, type RedisClientOptions, type RedisClientType } from 'redis';
import type { Address } from './address.js';
import { RedisFault } from './faults.js';
import { CONNECT_TIMEOUT_MS, withTimeout } from './timeout.js';

/** A client that is connected. It is never repaired: after a fault a new one takes its place. */
export interface Client {
  /** Sends one command to the node that holds `key`. */
  send(key: string, args: string[]): Promise<unknown>;
  /** For each node that holds keys, what sends a command to it. */
  nodes(): Promise<((args: string[]) => Promise<unknown>)[]>;
  /** For each node that holds keys, a partition whose keys it holds. */
  partitions(): string[];
  readonly cache: Pick<RedisStore, 'get' | 'set'>;
  /** A fault concerns one node of several: the client serves the others until a new one is connected. */
  readonly servesOthers: boolean;
  /** Closes the connection after the commands in flight. */
  quit(): Promise<unknown>;
  /** Closes every socket at once, also during a handshake. */
  destroy(): void;
}

/** `onError` may be called any number of times, also after the client was destroyed. */
export type Connect = (onError: (cause: unknown) => void) => Promise<Client>;

/**
 * The client's own reconnecting is off: it cannot give up a handshake or a command that hangs, and it returns to a node that has become a
 * replica. Aborting `signal` closes all sockets of a client, also those of a handshake.
 */
export function clientOptions({ socket, ...address }: Address, signal: AbortSignal): RedisClientOptions {
  const common = { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: false, signal } as const;
  return { ...address, socket: { ...socket, ...common }, disableOfflineQueue: true };
}

export interface Node {
  node: RedisClientType;
  destroy: () => void;
}

export async function connectNode(address: Address, onError: (cause: unknown) => void): Promise<Node> {
  const abort = new AbortController();
  const node = createClient(clientOptions(address, abort.signal)) as RedisClientType;
  node.on('error', onError);
  try {
    // The handshake ignores a missing password and a Redis that is loading: only a response to a command shows that it works.
    await withTimeout(
      CONNECT_TIMEOUT_MS,
      node.connect().then(() => node.ping()),
    );
  } catch (error) {
    abort.abort();
    throw error;
  }
  return { node, destroy: () => abort.abort() };
}

/** One Redis, or a proxy or a managed service that looks like one. */
export async function connectRedis(address: Address, onError: (cause: unknown) => void): Promise<Client> {
  const connected = await connectNode(address, onError);
  if ((await roleOf(connected)) === 'sentinel') {
    connected.destroy();
    throw new RedisFault('sentinel', 'the address is that of a Sentinel');
  }
  return clientOf(connected);
}

/** @returns `null` where the user of Redis may not ask */
export async function roleOf({ node }: Node): Promise<string | null> {
  const role: unknown = await withTimeout(CONNECT_TIMEOUT_MS, node.sendCommand(['ROLE'])).catch(() => null);
  return Array.isArray(role) ? String(role[0]) : null;
}

export function clientOf({ node, destroy }: Node): Client {
  return {
    send: (_key, args) => node.sendCommand(args),
    nodes: async () => [(args) => node.sendCommand(args)],
    partitions: () => ['probe'],
    cache: redisInsStore(node),
    servesOthers: false,
    quit: () => node.quit(),
    destroy,
  };
}
