import type { AddressDefaults } from './address.js';

export type RedisStoreOptions = (
  | { kind: 'redis'; url: string }
  /** Each node as `host:port` or a `redis://` or `rediss://` URL; user and password are taken from the first that has them. */
  | { kind: 'redis-cluster'; nodes: string[] }
  /** The Sentinels in the same form, with their own user and password; those of the master are in `defaults`. */
  | { kind: 'redis-sentinel'; sentinels: string[]; master: string }
) & {
  defaults?: AddressDefaults;
  /** No warnings of settings of Redis that may lose data. */
  areSettingsAccepted?: boolean;
};
