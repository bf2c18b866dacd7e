import { Keyring, type EncryptionKey } from '@causeway/crypto';
import { openStore, type Change, type KeyValueStore } from '@causeway/store';
import { feedOf } from '../../src/connections/connection-feed.js';
import { DIRECTORY, indexesOf, indexMember } from '../../src/connections/connection-index.js';
import { accountRef } from '../../src/connections/connection-keys.js';
import { ConnectionListing } from '../../src/connections/connection-listing.js';
import { connectionKey, newConnectionId, type ConnectionRecord } from '../../src/connections/connection-record.js';
import { partitionOf } from '../../src/store/partition.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { authenticatedStore } from '../../src/store/authenticated-store.js';

export const PROBLEM = { slug: 'needs-reconnect', detail: 'The grant was revoked.' } as const;

export function recordOf(more: Partial<ConnectionRecord> & Pick<ConnectionRecord, 'orgId'>): ConnectionRecord {
  const id = newConnectionId(more.orgId);
  const account = { id: '62515', name: 'Some account', url: null };
  return {
    ...{ id, userId: 'ann', integration: 'notion', account, accountKey: id, problem: null, scopes: [] },
    ...{ createdAt: Date.now(), updatedAt: 1, connectedAt: 1, expiresAt: null, lastRefreshedAt: null, generation: 1 },
    ...{ credential: '', ...more },
  };
}

/** Writes as a version that does not know the listing: records of one organization, in one commit, and what it tells. */
export async function writeAsEarlierVersion(
  store: KeyValueStore,
  records: readonly ConnectionRecord[],
  event: 'connection.created' | 'connection.needs-reconnect' | null = 'connection.created',
): Promise<void> {
  const partition = partitionOf(records[0]?.orgId ?? '');
  const members = records.map((record) => ({ index: DIRECTORY.index, member: indexMember(record) }));
  await store.commitIfUnchanged(DIRECTORY.partition, { addToIndex: members });
  const change: Change = {
    put: records.flatMap((record) => [
      { key: connectionKey(record.id), value: JSON.stringify(record) },
      { key: accountRef(record).key, value: record.id },
      { key: `used:${record.id}`, value: '' },
    ]),
    addToIndex: records.flatMap((record) => indexesOf(record).map((index) => ({ index, member: indexMember(record) }))),
  };
  await store.commitIfUnchanged(partition, change);
  const { partition: ofAll, log, keep } = feedOf(undefined);
  const append = (event === null ? [] : records).map(({ id, orgId, userId, integration }) => {
    return { log, keep, ttlMs: 60_000, entry: JSON.stringify({ event, id, orgId, userId, integration }) };
  });
  await store.commitIfUnchanged(ofAll, { append });
}

/** Thousands of one organization in a moment, beside a service with the embedded store. */
export async function writeBesideService(
  dataDirectory: string,
  keys: EncryptionKey[],
  records: readonly ConnectionRecord[],
): Promise<void> {
  const opened = await openStore({ kind: 'embedded', directory: dataDirectory });
  const store = await authenticatedStore(opened, new Keyring(keys), new Metrics(), { mode: 'production' } as never);
  const listing = new ConnectionListing(store);
  for (let at = 0; at < records.length; at += 500) {
    const batch = records.slice(at, at + 500).map((record) => listing.stamped(record));
    await writeAsEarlierVersion(store, batch, null);
    await listing.add(batch);
  }
  await store.close();
}
