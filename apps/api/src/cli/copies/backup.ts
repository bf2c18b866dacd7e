import { Module } from '@nestjs/common';
import { keyIdOf, Keyring } from '@causeway/crypto';
import type { RecordStore } from '@causeway/records';
import type { Store, StoredEntry } from '@causeway/store';
import { isConnectionKey } from '../../connections/index-repair.js';
import { ConfigurationModule } from '../../environment.js';
import { RECORD_STORE, RecordStoreModule } from '../../store/record-store.module.js';
import { RecordTags } from '../../store/record-tags.js';
import { StoreFormat } from '../../store/store-format.js';
import { RawStore, RawStoreModule } from '../../store/store.module.js';
import { stateOf, syncDefinitions } from '../../syncs/sync-definitions.js';
import { CommandError, print, runCommand, stopSignal, withModule } from '../command.js';
import { Progress } from '../progress.js';
import { encrypterOf, type EncryptOptions } from './age.js';
import { BackupLines } from './backup-file.js';
import { keptEntries } from './kept-entries.js';
import { writeOutput } from './output-file.js';

@Module({ imports: [ConfigurationModule, RawStoreModule, RecordStoreModule] })
export class CopyModule {}

export const backup = (file: string, options: EncryptOptions): Promise<void> =>
  runCommand('no backup was made', async () => {
    const encrypter = await encrypterOf(options);
    const signal = stopSignal();
    await withModule(CopyModule, async (app) => {
      const store = app.get(RawStore);
      const keyring = app.get(Keyring);
      if (!(await new StoreFormat(store, keyring).isReady()))
        throw new CommandError('there is nothing to back up: no service was started on this store yet');
      const records = app.get<RecordStore | null>(RECORD_STORE);
      const summary = { entries: 0, connections: 0, syncs: 0, damaged: 0 };
      const progress = new Progress('records saved');
      try {
        await writeOutput(file, backupTexts(store, records, keyring, summary, progress), encrypter, signal);
      } finally {
        progress.end();
        await records?.close();
      }
      const say = file === '-' ? (line: string) => process.stderr.write(`${line}\n`) : print;
      say(`saved ${summary.connections} connections in ${summary.entries} records`);
      if (summary.syncs > 0) say(`saved what ${summary.syncs} syncs are, without their items`);
      if (summary.damaged > 0)
        say(`${summary.damaged} records are not authentic and were left out: the service ignores them too`);
    });
  });

async function* backupTexts(
  store: Store,
  records: RecordStore | null,
  keyring: Keyring,
  summary: Record<'entries' | 'connections' | 'syncs' | 'damaged', number>,
  progress: Progress,
): AsyncGenerator<string> {
  const lines = new BackupLines(keyring);
  const keys = new Set(keyring.ids.slice(0, 1));
  yield lines.header({ createdAt: new Date().toISOString(), source: store.kind });
  for await (const batch of keptEntries(store, keyring, () => (summary.damaged += 1))) {
    for (const entry of batch) if (entry.kind === 'value') addKey(keys, entry.value);
    summary.connections += batch.filter(isConnection).length;
    yield batch.map((entry) => lines.entry(entry)).join('');
    progress.add(batch.length);
  }
  for await (const batch of records === null ? [] : syncDefinitions(records)) {
    const kept = batch.filter((definition) => stateOf(definition, keyring).state !== 'damaged');
    summary.damaged += batch.length - kept.length;
    summary.syncs += kept.length;
    for (const { settings } of kept) keys.add(keyIdOf(settings));
    yield kept.map((definition) => lines.entry({ kind: 'sync', ...definition })).join('');
    progress.add(batch.length);
  }
  summary.entries = lines.entries;
  yield lines.end(summary, [...keys]);
}

function addKey(keys: Set<string>, value: string): void {
  const id = RecordTags.keyIdOf(value);
  if (id !== null) keys.add(id);
}

function isConnection(entry: StoredEntry): boolean {
  return entry.kind === 'value' && isConnectionKey(entry.ref);
}
