import type { RedisClientOptions } from 'redis';
import type { Address } from './address.js';

/**
 * Options of every socket. The client's own reconnecting is off: it has no deadline for a handshake that hangs, and no way to
 * give up a command. Aborting `signal` closes all sockets of a client, also those it does not hand out.
 */
export function socketOptions(address: Pick<Address, 'tls'>, signal: AbortSignal): RedisClientOptions['socket'] {
  const common = { connectTimeout: 2_000, keepAlive: 5_000, noDelay: true, reconnectStrategy: false, signal } as const;
  return address.tls ? { ...common, tls: true } : common;
}

export function credentials(address: Address): Pick<RedisClientOptions, 'username' | 'password'> {
  return {
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
  };
}
