import { randomBytes } from 'node:crypto';
import { Keyring } from '@causeway/crypto';
import type { Store } from '@causeway/store';
import { AuditChain } from '../../src/audit/audit-chain.js';
import type { Configuration } from '../../src/configuration/configuration.js';
import { AuditLog } from '../../src/connections/audit-log.js';
import { ConnectionFeed } from '../../src/connections/connection-feed.js';
import { ConnectionListing } from '../../src/connections/connection-listing.js';
import { ConnectionRepository } from '../../src/connections/connection.repository.js';
import { ListingMaintenance } from '../../src/connections/listing-maintenance.js';

const CONFIG = { credentialTtlMs: null, audit: { entries: 1_000, days: 1 } } as Configuration;

/** As Nest puts them together. */
export function connectionsOn(
  store: Store,
  keyring = new Keyring([{ id: 'k1', secret: randomBytes(32) }]),
  credentialTtlMs: number | null = null,
) {
  const config = { ...CONFIG, credentialTtlMs };
  const auditLog = new AuditLog(store, keyring, new AuditChain(store, keyring, config), config);
  const listing = new ConnectionListing(store);
  const feed = new ConnectionFeed(store);
  const repository = new ConnectionRepository(store, config, listing, feed, auditLog);
  return { repository, listing, maintenance: new ListingMaintenance(store, listing, repository, feed) };
}

export function repositoryOn(store: Store, keyring?: Keyring): ConnectionRepository {
  return connectionsOn(store, keyring).repository;
}
