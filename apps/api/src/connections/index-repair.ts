import type { KeyValueStore, Ref } from '@causeway/store';
import { DIRECTORY, indexesOf, indexMember } from './connection-index.js';
import { accountRef, connectionRef, ownRecords } from './connection-keys.js';
import { connectionKey, type ConnectionRecord } from './connection-record.js';
import { partitionOf } from '../store/partition.js';
import { holdersRef } from './shared-grants.js';

const PREFIX = connectionKey('');

export function isConnectionKey({ key }: Pick<Ref, 'key'>): boolean {
  return key.startsWith(PREFIX);
}

/**
 * What belongs to a connection stands in several places, which a copy that was made under writes has as they were at different moments:
 * makes the indexes name the connection, or removes it where another one has taken its place.
 */
export async function repairConnection(store: KeyValueStore, text: string): Promise<void> {
  const record = JSON.parse(text) as ConnectionRecord;
  const { id, grant } = record;
  const partition = partitionOf(record.orgId);
  const member = indexMember(record);
  const account = accountRef(record);
  const holder = await store.get(account);
  const isReplaced = holder !== null && holder !== id && (await store.get(connectionRef(partition, holder))) !== null;
  const indexes = indexesOf(record).map((index) => ({ index, member }));
  const directory = { ...DIRECTORY, member };
  if (isReplaced) {
    await store.commitIfUnchanged(partition, { ...ownRecords(id), removeFromIndex: indexes });
    await store.commitIfUnchanged(DIRECTORY.partition, { removeFromIndex: [directory] });
    return;
  }
  await store.commitIfUnchanged(DIRECTORY.partition, { addToIndex: [directory] });
  await store.commitIfUnchanged(partition, { put: [{ key: account.key, value: id }], addToIndex: indexes });
  if (grant === undefined) return;
  const holders = holdersRef(grant);
  await store.commitIfUnchanged(holders.partition, { addToIndex: [{ index: holders.key, member: id }] });
}
