import { Keyring } from '@causeway/crypto';
import type { RecordStore } from '@causeway/records';
import type { Store, StoredEntry } from '@causeway/store';
import { RECORD_STORE } from '../../store/record-store.module.js';
import { RecordTags } from '../../store/record-tags.js';
import { RawStore } from '../../store/store.module.js';
import {
  makeSyncs,
  stateOf,
  syncDefinitions,
  type MadeSyncs,
  type SyncDefinition,
} from '../../syncs/sync-definitions.js';
import { print, runCommand, stopSignal, withModule } from '../command.js';
import { Progress } from '../progress.js';
import { Opener, type DecryptOptions } from './age.js';
import { CopyModule } from './backup.js';
import { lacksKeys, readBackup, refusedBackup, verifyBackup, type BackupEntry } from './backup-file.js';
import { copyEntries, recordCopy, requireUnused } from './copy-entries.js';
import { describeSyncs } from './describe-syncs.js';

export const restore = (file: string, options: DecryptOptions): Promise<void> =>
  runCommand('not restored', async () => {
    const signal = stopSignal();
    const opener = new Opener(options);
    await withModule(CopyModule, async (app) => {
      const [store, keyring] = [app.get(RawStore), app.get(Keyring)];
      const records = app.get<RecordStore | null>(RECORD_STORE);
      const tags = new RecordTags(keyring);
      const progress = new Progress('records of the file verified');
      const syncs: SyncDefinition[] = [];
      try {
        const found = await verifyBackup(file, keyring, opener, (entry) => {
          signal.throwIfAborted();
          requireReadable(tags, keyring, entry);
          if (entry.kind === 'sync') syncs.push(entry);
          progress.add();
        });
        await requireUnused(store);
        await records?.ping();
        let made: MadeSyncs | null = null;
        const finish = async () => void (made = records && (await restoreSyncs(records, store, keyring, syncs)));
        const target = { store, keyring, name: `backup ${found.sha256}`, finish };
        await copyEntries({ entries: () => storedEntries(file, opener), store: null }, target, progress, signal);
        const detail = `${found.connections} connections, as of ${found.createdAt}`;
        await recordCopy(store, keyring, 'store-restored', detail);
        print(`restored ${found.connections} connections, as they were at ${found.createdAt}`);
        if (syncs.length > 0) for (const line of describeSyncs(made, syncs.length)) print(line);
      } finally {
        progress.end();
        await records?.close();
      }
    });
  });

async function* storedEntries(file: string, opener: Opener): AsyncGenerator<StoredEntry[]> {
  for await (const batch of readBackup(file, opener)) yield batch.filter((entry) => entry.kind !== 'sync');
}

async function restoreSyncs(
  records: RecordStore,
  store: Store,
  keyring: Keyring,
  definitions: readonly SyncDefinition[],
): Promise<MadeSyncs> {
  // Nothing is left of what the service remembered of these feeds, by which it would know an older copy of them.
  for await (const batch of syncDefinitions(records)) for (const { id } of batch) await records.renewGeneration(id);
  return makeSyncs(records, store, keyring, [definitions]);
}

function requireReadable(tags: RecordTags, keyring: Keyring, entry: BackupEntry): void {
  if (entry.kind !== 'sync' && (entry.kind !== 'value' || RecordTags.keyIdOf(entry.value) === null)) return;
  const known = entry.kind === 'sync' ? stateOf(entry, keyring) : tags.read(entry.ref, entry.value);
  if (known.state === 'unknown-key') throw refusedBackup(lacksKeys([known.keyId]));
  if (known.state !== 'authentic') throw refusedBackup('it was changed, or made with another key of the same id');
}
