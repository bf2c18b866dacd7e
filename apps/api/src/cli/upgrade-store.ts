import { inspect } from 'node:util';
import { Module } from '@nestjs/common';
import { ConfigurationModule } from '../environment.js';
import { RecordMaintenance } from '../store/record-maintenance.js';
import { RawStoreModule } from '../store/store.module.js';
import { print, runCommand, withModule } from './command.js';

@Module({ imports: [ConfigurationModule, RawStoreModule] })
class UpgradeStoreModule {}

const ADVICE =
  'An upgrade that was stopped cannot be told from a store that somebody changed. If one was: restore the backup of before it and run this ' +
  'again, or, when every record above is one of yours, run `npm run upgrade-store -- --accept-untagged`. If none was: somebody wrote them.';

/**
 * Once after an update and while no process uses the store.
 * @param acceptUntagged also what stands without a tag beside authentic records
 */
export const upgradeStore = ({ acceptUntagged = false }: { acceptUntagged?: boolean }): Promise<void> =>
  runCommand('store not upgraded', () =>
    withModule(UpgradeStoreModule, async (app) => {
      const maintenance = app.get(RecordMaintenance);
      const upgraded = await maintenance.upgrade({ acceptUntagged });
      const { untagged, unreadable } = await maintenance.count();
      const ignored = untagged.length + unreadable.length;
      const rest = ignored > 0 ? `; ${ignored} that are not authentic were there, and stay ignored` : '';
      const outcome =
        upgraded === null ? 'the store needs no upgrade' : `${upgraded} records of an earlier version authenticated`;
      print(outcome + rest);
      // The names are whatever somebody wrote in the store, and go to a terminal.
      for (const { partition, key } of untagged) print(`untagged: ${inspect(`${partition} ${key}`)}`);
      if (untagged.length > 0) print(ADVICE);
    }),
  );
