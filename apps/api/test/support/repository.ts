import { randomBytes } from 'node:crypto';
import { Keyring } from '@causeway/crypto';
import type { Store } from '@causeway/store';
import { AuditChain } from '../../src/audit/audit-chain.js';
import type { Configuration } from '../../src/configuration/configuration.js';
import { AuditLog } from '../../src/connections/audit-log.js';
import { ConnectionFeed } from '../../src/connections/connection-feed.js';
import { ConnectionRepository } from '../../src/connections/connection.repository.js';

const CONFIG = { credentialTtlMs: null, audit: { entries: 1_000, days: 1 } } as Configuration;

/** As Nest puts it together. */
export function repositoryOn(
  store: Store,
  keyring = new Keyring([{ id: 'k1', secret: randomBytes(32) }]),
): ConnectionRepository {
  const auditLog = new AuditLog(store, keyring, new AuditChain(store, keyring, CONFIG), CONFIG);
  return new ConnectionRepository(store, CONFIG, new ConnectionFeed(store), auditLog);
}
