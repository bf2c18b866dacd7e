import { entryOf, type Block, type EntryRow } from '../blocks.js';
import type { Collection, RunKind } from '../record-store.js';
import type { Row } from './database.js';

export const COLLECTION = `id, name, org_id, user_id, connection_id, settings, version, state, created_at, next_run_at,
  requested, running, size, sequence, deletes_from, generation`;

export const BLOCK = 'name, changed_at, value_count, entries';

const text = (value: unknown): string => value as string;

export function collectionOf(row: Row): Collection {
  return {
    id: text(row['id']),
    name: text(row['name']),
    orgId: text(row['org_id']),
    userId: text(row['user_id']),
    connectionId: text(row['connection_id']),
    settings: text(row['settings']),
    version: Number(row['version']),
    state: row['state'] as string | null,
    createdAt: Number(row['created_at']),
    nextRunAt: row['next_run_at'] as number | null,
    requested: row['requested'] as RunKind | null,
    running: row['running'] === true,
    size: Number(row['size']),
    sequence: Number(row['sequence']),
    deletesFrom: Number(row['deletes_from']),
    generation: text(row['generation']),
  };
}

export function blockOf(row: Row): Block {
  return {
    name: Number(row['name']),
    changedAt: Number(row['changed_at']),
    values: Number(row['value_count']),
    entries: (JSON.parse(text(row['entries'])) as EntryRow[]).map(entryOf),
  };
}
