import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describeErrorBriefly } from '@causeway/problem';
import { ConfigurationError } from '../configuration/configuration.js';
import { ConfigurationModule } from '../environment.js';
import { RecordMaintenance } from '../store/record-maintenance.js';
import { RawStoreModule } from '../store/store.module.js';

@Module({ imports: [ConfigurationModule, RawStoreModule] })
class UpgradeStoreModule {}

/** `npm run upgrade-store`, once after an update and while no process uses the store. */
async function upgradeStore(): Promise<string> {
  const app = await NestFactory.createApplicationContext(UpgradeStoreModule, { logger: false, abortOnError: false });
  try {
    const maintenance = app.get(RecordMaintenance);
    const upgraded = await maintenance.upgrade();
    if (upgraded === null) return 'the store needs no upgrade';
    const { untagged, unreadable } = await maintenance.count();
    const ignored = untagged + unreadable.length;
    const rest = ignored > 0 ? `; ${ignored} that are not authentic were there, and stay ignored` : '';
    return `${upgraded} records of an earlier version authenticated${rest}`;
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
