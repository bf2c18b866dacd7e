import { redisInsStore } from 'cache-manager-redis-yet';
import { createClient, type RedisClientType } from 'redis';
import type { Address } from './address.js';
import { DIAL_MS, within } from './deadline.js';
import type { Session } from './session.js';
import { credentials, socketOptions } from './socket.js';

/** A client of one Redis that has answered once. `drop` closes its socket, whatever it is doing. */
export async function openClient(
  address: Address,
  broken: (cause: unknown) => void,
): Promise<{ client: RedisClientType; drop: () => void }> {
  const abort = new AbortController();
  const client = createClient({
    ...credentials(address),
    ...(address.database === undefined ? {} : { database: address.database }),
    socket: { host: address.host, port: address.port, ...socketOptions(address, abort.signal) },
    disableOfflineQueue: true,
  }) as RedisClientType;
  client.on('error', broken);
  try {
    // The handshake passes over refusals (no password, still loading): only the answer to a command counts.
    await within(
      DIAL_MS,
      client.connect().then(() => client.ping()),
    );
  } catch (error) {
    abort.abort();
    throw error;
  }
  return { client, drop: () => abort.abort() };
}

/** One Redis, or a proxy or a managed service that looks like one. */
export async function dialNode(address: Address, broken: (cause: unknown) => void): Promise<Session> {
  const { client, drop } = await openClient(address, broken);
  return {
    send: (_key, args) => client.sendCommand(args),
    cacheStore: redisInsStore(client, { isCacheable: () => true }),
    scanners: async () => [(cursor, pattern) => client.scan(cursor, { MATCH: pattern, COUNT: 1_000 })],
    partial: false,
    end: async () => void (await client.quit()),
    drop,
  };
}
