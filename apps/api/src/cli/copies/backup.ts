import { Module } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import type { Ref, Store, StoredEntry } from '@causeway/store';
import { isConnectionKey } from '../../connections/index-repair.js';
import { ConfigurationModule } from '../../environment.js';
import { RecordTags } from '../../store/record-tags.js';
import { StoreFormat } from '../../store/store-format.js';
import { RawStore, RawStoreModule } from '../../store/store.module.js';
import { CommandError, print, runCommand, stopSignal, withModule } from '../command.js';
import { Progress } from '../progress.js';
import { encrypterOf, type EncryptOptions } from './age.js';
import { BackupLines } from './backup-file.js';
import { keptEntries } from './kept-entries.js';
import { writeOutput } from './output-file.js';

@Module({ imports: [ConfigurationModule, RawStoreModule] })
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
      const summary = { entries: 0, connections: 0, damaged: [] as Ref[] };
      const progress = new Progress('records saved');
      try {
        await writeOutput(file, backupTexts(store, keyring, summary, progress), encrypter, signal);
      } finally {
        progress.end();
      }
      const say = file === '-' ? (line: string) => process.stderr.write(`${line}\n`) : print;
      say(`saved ${summary.connections} connections in ${summary.entries} records`);
      if (summary.damaged.length > 0)
        say(`${summary.damaged.length} records are not authentic and were left out: the service ignores them too`);
    });
  });

async function* backupTexts(
  store: Store,
  keyring: Keyring,
  summary: { entries: number; connections: number; damaged: Ref[] },
  progress: Progress,
): AsyncGenerator<string> {
  const lines = new BackupLines(keyring);
  const keys = new Set(keyring.ids.slice(0, 1));
  yield lines.header({ createdAt: new Date().toISOString(), source: store.kind });
  for await (const batch of keptEntries(store, keyring, (ref) => summary.damaged.push(ref))) {
    for (const entry of batch) if (entry.kind === 'value') addKey(keys, entry.value);
    summary.connections += batch.filter(isConnection).length;
    yield batch.map((entry) => lines.entry(entry)).join('');
    progress.add(batch.length);
  }
  summary.entries = lines.entries;
  yield lines.end(summary.connections, [...keys]);
}

function addKey(keys: Set<string>, value: string): void {
  const id = RecordTags.keyIdOf(value);
  if (id !== null) keys.add(id);
}

function isConnection(entry: StoredEntry): boolean {
  return entry.kind === 'value' && isConnectionKey(entry.ref);
}
