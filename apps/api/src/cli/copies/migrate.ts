import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Keyring } from '@causeway/crypto';
import { openRecordStore, type RecordStore } from '@causeway/records';
import { openStore, type Store } from '@causeway/store';
import { CONFIGURATION, type Configuration } from '../../configuration/configuration.js';
import { RECORD_STORE } from '../../store/record-store.module.js';
import { StoreFormat } from '../../store/store-format.js';
import { RawStore } from '../../store/store.module.js';
import { makeSyncs, syncDefinitions, type MadeSyncs } from '../../syncs/sync-definitions.js';
import { CommandError, print, runCommand, stopSignal, withModule } from '../command.js';
import { Progress } from '../progress.js';
import { CopyModule } from './backup.js';
import { copyEntries, recordCopy, requireUnused } from './copy-entries.js';
import { describeSyncs } from './describe-syncs.js';
import { keptEntries } from './kept-entries.js';

type Kind = Store['kind'];

export const migrate = (from: Kind, to: Kind): Promise<void> =>
  runCommand('not migrated', async () => {
    if (from === to) throw new CommandError('--from and --to name the same store', 2);
    const signal = stopSignal();
    await withModule(CopyModule, async (app) => {
      const redis = app.get(RawStore);
      if (redis.kind !== 'redis')
        throw new CommandError('set REDIS_URL (or REDIS_CLUSTER_NODES) to the Redis that takes part in it', 2);
      const { dataDirectory } = app.get<Configuration>(CONFIGURATION);
      const embedded = await openStore({ kind: 'embedded', directory: dataDirectory });
      const postgres = app.get<RecordStore | null>(RECORD_STORE);
      const ofEmbedded = join(dataDirectory, 'syncs');
      const file =
        to === 'embedded' || (await isThere(ofEmbedded))
          ? await openRecordStore({ kind: 'embedded', directory: ofEmbedded, report: () => undefined })
          : null;
      const [source, target] =
        from === 'embedded'
          ? [
              { store: embedded, records: file },
              { store: redis, records: postgres },
            ]
          : [
              { store: redis, records: postgres },
              { store: embedded, records: file },
            ];
      const progress = new Progress('records');
      try {
        await copy(source, target, app.get(Keyring), progress, signal);
      } finally {
        progress.end();
        await Promise.all([embedded.close(), file?.close(), postgres?.close()]);
      }
    });
  });

/** A store, and that of its syncs; `null`: there is none. */
interface Stores {
  store: Store;
  records: RecordStore | null;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function copy(
  from: Stores,
  to: Stores,
  keyring: Keyring,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const [source, target] = [from.store, to.store];
  for (const store of [source, target]) await requireUnused(store);
  if (!(await new StoreFormat(source, keyring).isReady()))
    throw new CommandError(`there is nothing to migrate: no service was started on the ${source.kind} store yet`);
  for (const records of [from.records, to.records]) await records?.ping();
  const entries = () => keptEntries(source, keyring);
  const name = `migration from ${source.kind}`;
  let made: MadeSyncs | null = null;
  const finish = async () => {
    if (from.records !== null && to.records !== null)
      made = await makeSyncs(to.records, target, keyring, syncDefinitions(from.records));
  };
  await copyEntries({ entries, store: source }, { store: target, keyring, name, finish }, progress, signal);
  await recordCopy(target, keyring, 'store-migrated', `from ${source.kind} to ${target.kind}`);
  const count = from.records === null ? 0 : await countOf(from.records);
  if (count > 0) for (const line of describeSyncs(made, count)) print(line);
  print(
    target.kind === 'redis'
      ? 'migrated: start the service with REDIS_URL set. DATA_DIR is as it was; delete store.mdb and syncs in it when you are satisfied.'
      : 'migrated: remove REDIS_URL (and DATABASE_URL) and start the service. What is in Redis and PostgreSQL is as it was.',
  );
}

async function countOf(records: RecordStore): Promise<number> {
  let count = 0;
  for await (const batch of syncDefinitions(records)) count += batch.length;
  return count;
}
