import { join } from 'node:path';
import { Logger, Module } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import { openRecordStore, type RecordStore } from '@causeway/records';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { makeDataDirectory } from '../configuration/data-directory.js';

/** `null`: several processes may share the Redis, and there is no PostgreSQL that they could share as well. */
export const RECORD_STORE = Symbol('RecordStore');

@Module({
  providers: [
    {
      provide: RECORD_STORE,
      inject: [CONFIGURATION],
      useFactory: async (config: Configuration): Promise<RecordStore | null> => {
        const { databaseUrl, store } = config;
        const logger = new Logger('RecordStore');
        const report = (message: string) => logger.warn(message);
        if (databaseUrl !== null) return openRecordStore({ kind: 'postgres', url: databaseUrl, report });
        if (store.kind === 'redis') return null;
        return openRecordStore({ kind: 'embedded', directory: join(await makeDataDirectory(config), 'syncs'), report });
      },
    },
  ],
  exports: [RECORD_STORE],
})
export class RecordStoreModule {}

/** @throws Problem `syncs-not-configured` */
export function required(records: RecordStore | null): RecordStore {
  if (records !== null) return records;
  throw new Problem(
    'syncs-not-configured',
    'Set DATABASE_URL: the items of syncs are kept in PostgreSQL beside Redis.',
  );
}
