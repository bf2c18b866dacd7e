import 'reflect-metadata';
import { inspect, parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describeErrorBriefly } from '@causeway/problem';
import { ConfigurationError } from '../configuration/configuration.js';
import { ConfigurationModule } from '../environment.js';
import { RecordMaintenance } from '../store/record-maintenance.js';
import { RawStoreModule } from '../store/store.module.js';

@Module({ imports: [ConfigurationModule, RawStoreModule] })
class UpgradeStoreModule {}

const ADVICE =
  'An upgrade that was stopped cannot be told from a store that somebody changed. If one was: restore the backup of before it and run this ' +
  'again, or, when every record above is one of yours, run `npm run upgrade-store -- --accept-untagged`. If none was: somebody wrote them.';

/**
 * `npm run upgrade-store`, once after an update and while no process uses the store. `--accept-untagged`: also what stands without a tag
 * beside authentic records.
 */
async function upgradeStore(): Promise<string> {
  const options = { 'accept-untagged': { type: 'boolean' } } as const;
  const acceptUntagged = parseArgs({ options }).values['accept-untagged'] ?? false;
  const app = await NestFactory.createApplicationContext(UpgradeStoreModule, { logger: false, abortOnError: false });
  try {
    const maintenance = app.get(RecordMaintenance);
    const upgraded = await maintenance.upgrade({ acceptUntagged });
    const { untagged, unreadable } = await maintenance.count();
    const ignored = untagged.length + unreadable.length;
    const rest = ignored > 0 ? `; ${ignored} that are not authentic were there, and stay ignored` : '';
    const outcome =
      upgraded === null ? 'the store needs no upgrade' : `${upgraded} records of an earlier version authenticated`;
    // The names are whatever somebody wrote in the store, and go to a terminal.
    const names = untagged.map(({ partition, key }) => `untagged: ${inspect(`${partition} ${key}`)}`);
    return [outcome + rest, ...names, ...(names.length > 0 ? [ADVICE] : [])].join('\n');
  } finally {
    await app.close();
  }
}

process.exitCode = await upgradeStore().then(
  (outcome) => {
    process.stdout.write(`${outcome}\n`);
    return 0;
  },
  (error: unknown) => {
    const reason = error instanceof ConfigurationError ? error.message : describeErrorBriefly(error);
    process.stderr.write(`store not upgraded: ${reason}\n`);
    return 1;
  },
);
