import { keyIdOf, type Keyring } from '@causeway/crypto';
import type { RecordStore } from '@causeway/records';
import type { KeyValueStore } from '@causeway/store';
import { connectionRef } from '../connections/connection-keys.js';
import { partitionOfConnection } from '../store/partition.js';
import { SyncSeal } from './sync-records.js';

const PAGE = 500;

/** What a copy has of a sync. Where it is made from that, its first run loads its items anew. */
export interface SyncDefinition {
  id: string;
  name: string;
  connectionId: string;
  orgId: string;
  userId: string;
  /** Sealed, for this sync. */
  settings: string;
  createdAt: number;
}

export async function* syncDefinitions(records: RecordStore): AsyncGenerator<SyncDefinition[]> {
  for (let after: { createdAt: number; id: string } | null = null; ;) {
    const page = await records.list({}, PAGE, after);
    yield page.map(({ id, name, connectionId, orgId, userId, settings, createdAt }) => {
      return { id, name, connectionId, orgId, userId, settings, createdAt };
    });
    after = page.at(-1) ?? null;
    if (after === null || page.length < PAGE) return;
  }
}

/** `unknown-key`: nobody can tell whether it is as it was stored. */
export function stateOf(
  { id, settings }: SyncDefinition,
  keyring: Keyring,
): { state: 'authentic' | 'damaged' } | { state: 'unknown-key'; keyId: string } {
  const keyId = keyIdOf(settings);
  if (!keyring.ids.includes(keyId)) return { state: 'unknown-key', keyId };
  return { state: new SyncSeal(keyring, id).canOpen({ settings, state: null }) ? 'authentic' : 'damaged' };
}

export interface MadeSyncs {
  made: number;
  /** There was one of the same items. */
  kept: number;
  withoutConnection: number;
}

/** @param connections where the connections are already. @throws Problem `store-unavailable` */
export async function makeSyncs(
  records: RecordStore,
  connections: KeyValueStore,
  keyring: Keyring,
  definitions: AsyncIterable<readonly SyncDefinition[]> | Iterable<readonly SyncDefinition[]>,
): Promise<MadeSyncs> {
  const counts = { made: 0, kept: 0, withoutConnection: 0 };
  for await (const batch of definitions) {
    for (const definition of batch) {
      const partition = partitionOfConnection(definition.connectionId);
      const connection =
        partition === null ? null : await connections.get(connectionRef(partition, definition.connectionId));
      if (connection === null) {
        counts.withoutConnection += 1;
        continue;
      }
      const existing = await records.create({ ...definition, nextRunAt: nextRunAt(definition, keyring) });
      counts[existing === null ? 'made' : 'kept'] += 1;
    }
  }
  return counts;
}

function nextRunAt(definition: SyncDefinition, keyring: Keyring): number | null {
  if (stateOf(definition, keyring).state !== 'authentic') return Date.now();
  return new SyncSeal(keyring, definition.id).openSettings(definition).paused ? null : Date.now();
}
