import { Keyring } from '@causeway/crypto';
import type { StoredEntry } from '@causeway/store';
import { RecordTags } from '../../store/record-tags.js';
import { RawStore } from '../../store/store.module.js';
import { print, runCommand, stopSignal, withModule } from '../command.js';
import { Progress } from '../progress.js';
import { Opener, type DecryptOptions } from './age.js';
import { CopyModule } from './backup.js';
import { lacksKeys, readBackup, refusedBackup, verifyBackup } from './backup-file.js';
import { copyEntries, recordCopy, requireUnused } from './copy-entries.js';

export const restore = (file: string, options: DecryptOptions): Promise<void> =>
  runCommand('not restored', async () => {
    const signal = stopSignal();
    const opener = new Opener(options);
    await withModule(CopyModule, async (app) => {
      const keyring = app.get(Keyring);
      const tags = new RecordTags(keyring);
      const progress = new Progress('records of the file verified');
      try {
        const found = await verifyBackup(file, keyring, opener, (entry) => {
          signal.throwIfAborted();
          requireReadable(tags, entry);
          progress.add();
        });
        await requireUnused(app.get(RawStore));
        const target = { store: app.get(RawStore), keyring, name: `backup ${found.sha256}` };
        await copyEntries({ entries: () => readBackup(file, opener), store: null }, target, progress, signal);
        await recordCopy(
          target.store,
          keyring,
          'store-restored',
          `${found.connections} connections, as of ${found.createdAt}`,
        );
        print(`restored ${found.connections} connections, as they were at ${found.createdAt}`);
      } finally {
        progress.end();
      }
    });
  });

function requireReadable(tags: RecordTags, entry: StoredEntry): void {
  if (entry.kind !== 'value' || RecordTags.keyIdOf(entry.value) === null) return;
  const known = tags.read(entry.ref, entry.value);
  if (known.state === 'unknown-key') throw refusedBackup(lacksKeys([known.keyId]));
  if (known.state !== 'authentic') throw refusedBackup('it was changed, or made with another key of the same id');
}
