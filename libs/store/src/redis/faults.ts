import { types } from 'node:util';
import { ClientClosedError, ClientOfflineError, ConnectionTimeoutError, SocketClosedUnexpectedlyError } from 'redis';
import { messageOf, type StoreFault, type StoreFaultCode } from '../store-fault.js';
import { TimeoutError } from './timeout.js';

/** A fault that is not that of a command. */
export class RedisFault extends Error {
  constructor(
    readonly code: StoreFaultCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const ADVICE: Partial<Record<StoreFaultCode, string>> = {
  OOM: 'Redis has reached its maxmemory: give it more memory',
  NOPERM: 'the Redis user lacks a permission: docs/production/redis.md lists those that are needed',
  NOAUTH: 'Redis asks for a password: give it in the address',
  WRONGPASS: 'Redis knows no such user and password: correct them in the address',
  READONLY: 'this Redis is a replica: give the address of the master, or the Sentinels in REDIS_SENTINELS',
  NOREPLICAS: 'too few replicas follow (min-replicas-to-write): start them, or lower that setting',
  MISCONF: 'Redis cannot save to its disk: make room there, and read the log of Redis',
  LOADING: 'Redis is reading its data: this ends by itself',
  MASTERDOWN: 'this Redis is a replica without its master: give the address of the master',
  CLUSTERDOWN: 'some slots of the cluster are not served: see `redis-cli --cluster check`',
  MOVED: 'this Redis is a node of a cluster: give its nodes in REDIS_CLUSTER_NODES',
  BUSY: 'a script blocks Redis: see SCRIPT KILL',
  'unknown-command': 'this is no Redis of version 6.2 or newer, or its commands were renamed',
  timeout: 'Redis hangs, is overloaded, or the network loses packets',
  refused: 'nothing listens at this address: is Redis running?',
  'unknown-host': 'the host name of Redis is not known here',
  tls: 'check REDIS_CA_FILE, REDIS_CERT_FILE and REDIS_KEY_FILE, and whether the address has to be rediss://',
  sentinel: 'give it in REDIS_SENTINELS, and the name of its master in REDIS_SENTINEL_NAME',
  'no-master': 'is REDIS_SENTINEL_NAME right? During a fail-over this ends by itself',
  'no-cluster': 'give its address in REDIS_URL',
};

const REPLY = /^(OOM|NOPERM|NOAUTH|WRONGPASS|READONLY|NOREPLICAS|MISCONF|LOADING|MASTERDOWN|CLUSTERDOWN|MOVED|BUSY)\b/;
const CLOSED = [SocketClosedUnexpectedlyError, ClientClosedError, ClientOfflineError];
const SYSTEM: Record<string, StoreFaultCode> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  ECONNRESET: 'closed',
  EPIPE: 'closed',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  ETIMEDOUT: 'timeout',
  EPROTO: 'tls',
};

export function redisFault(error: unknown): StoreFault {
  const code = codeOf(error);
  return { code, message: messageOf(error), advice: ADVICE[code] ?? '' };
}

function codeOf(error: unknown): StoreFaultCode {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error instanceof RedisFault) return error.code;
  if (!types.isNativeError(error)) return 'other';
  const reply = REPLY.exec(error.message)?.[1];
  if (reply !== undefined) return reply as StoreFaultCode;
  // How Redis 7.0, and from 7.2 on, reports inside a script that the user lacks a permission.
  if (/^ERR (The user executing the script can't|ACL failure in script)/.test(error.message)) return 'NOPERM';
  if (/^ERR unknown (sub)?command/i.test(error.message)) return 'unknown-command';
  if (error instanceof TimeoutError || error instanceof ConnectionTimeoutError) return 'timeout';
  if (CLOSED.some((type) => error instanceof type)) return 'closed';
  const system = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/CERT|TLS|SSL/.test(system)) return 'tls';
  return SYSTEM[system] ?? 'other';
}
