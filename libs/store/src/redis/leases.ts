import type { Ref } from '../key-value-store.js';
import type { LeaseStore } from '../lease-store.js';
import { positiveMs } from '../limits.js';
import type { Connection } from './connection.js';
import { redisKey } from './keys.js';
import { loadScript } from './script.js';

const EXTEND_LEASE = loadScript('extend-lease');
const RELEASE_LEASE = loadScript('release-lease');

export function redisLeases(connection: Connection): LeaseStore {
  const leaseKey = ({ partition, key }: Ref) => redisKey(partition, 'lease', key);
  return {
    async acquireLease(ref, owner, ttlMs) {
      const ttl = `${positiveMs(ttlMs)}`;
      return (await connection.send('SET', leaseKey(ref), owner, 'NX', 'PX', ttl)) === 'OK';
    },
    async extendLeaseIfOwner(ref, owner, ttlMs) {
      return (await connection.run(EXTEND_LEASE, [leaseKey(ref)], [owner, `${positiveMs(ttlMs)}`])) === 1;
    },
    async releaseLeaseIfOwner(ref, owner) {
      return (await connection.run(RELEASE_LEASE, [leaseKey(ref)], [owner])) === 1;
    },
  };
}
