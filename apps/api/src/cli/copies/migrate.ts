import { Keyring } from '@causeway/crypto';
import { openStore, type Store } from '@causeway/store';
import { CONFIGURATION, type Configuration } from '../../configuration/configuration.js';
import { StoreFormat } from '../../store/store-format.js';
import { RawStore } from '../../store/store.module.js';
import { CommandError, print, runCommand, stopSignal, withModule } from '../command.js';
import { Progress } from '../progress.js';
import { CopyModule } from './backup.js';
import { copyEntries, recordCopy, requireUnused } from './copy-entries.js';
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
      const [source, target] = from === 'embedded' ? [embedded, redis] : [redis, embedded];
      const progress = new Progress('records');
      try {
        await copy(source, target, app.get(Keyring), progress, signal);
      } finally {
        progress.end();
        await embedded.close();
      }
    });
  });

async function copy(
  source: Store,
  target: Store,
  keyring: Keyring,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  for (const store of [source, target]) await requireUnused(store);
  if (!(await new StoreFormat(source, keyring).isReady()))
    throw new CommandError(`there is nothing to migrate: no service was started on the ${source.kind} store yet`);
  const entries = () => keptEntries(source, keyring);
  const name = `migration from ${source.kind}`;
  await copyEntries({ entries, store: source }, { store: target, keyring, name }, progress, signal);
  await recordCopy(target, keyring, 'store-migrated', `from ${source.kind} to ${target.kind}`);
  print(
    target.kind === 'redis'
      ? 'migrated: start the service with REDIS_URL set. DATA_DIR is as it was; delete store.mdb in it when you are satisfied.'
      : 'migrated: remove REDIS_URL and start the service. What is in Redis is as it was.',
  );
}
