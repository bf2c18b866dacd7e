import type { RecordStore, RecordStoreObserver, RecordStoreOptions } from './record-store.js';

/** Resolves also while PostgreSQL is unavailable: requests are then rejected, until it is available. */
export async function openRecordStore(options: RecordStoreOptions & RecordStoreObserver): Promise<RecordStore> {
  if (options.kind === 'embedded') {
    const { openEmbeddedRecordStore } = await import('./embedded/embedded-record-store.js');
    return openEmbeddedRecordStore(options.directory, options);
  }
  const { openPostgresRecordStore } = await import('./postgres/postgres-record-store.js');
  return openPostgresRecordStore(options);
}
