import { AsyncResource } from 'node:async_hooks';
import { Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import {
  IncompleteCopyError,
  KeyValueStore,
  LeaseStore,
  LogStore,
  RateLimitStore,
  Store,
  openStore,
} from '@causeway/store';
import { Keyring } from '@causeway/crypto';
import { CONFIGURATION, ConfigurationError, type Configuration } from '../configuration/configuration.js';
import { makeDataDirectory } from '../configuration/data-directory.js';
import { Metrics } from '../metrics/metrics.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { sandboxKey } from '../sandbox/sandbox-key.js';
import { Tracing } from '../tracing/tracing.js';
import { TracingModule } from '../tracing/tracing.module.js';
import { authenticatedStore } from './authenticated-store.js';
import { observedStore } from './observed-store.js';
import { RecordMaintenance } from './record-maintenance.js';
import { SealedCache } from './sealed-cache.js';

const PORTS = [KeyValueStore, LogStore, LeaseStore, RateLimitStore];

/** The store as it is, below the authentication of its values: for maintenance only. */
export abstract class RawStore extends Store {}

/** The store and the keys, without looking at what is stored: for the commands that repair it. */
@Module({
  imports: [MetricsModule],
  providers: [
    {
      provide: RawStore,
      inject: [CONFIGURATION, Metrics],
      useFactory: async (config: Configuration, metrics: Metrics) => {
        const { store } = config;
        if (store.kind === 'embedded') await makeDataDirectory(config);
        const logger = new Logger('Store');
        return openStore({
          ...store,
          // The state of the store concerns no single request, whichever met it first.
          report: AsyncResource.bind((message: string) => logger.warn(message)),
          onFailure: (code) => metrics.storeErrors.inc({ code }),
          onWarnings: (warnings) => {
            metrics.storeWarning.reset();
            for (const { name } of warnings) metrics.storeWarning.set({ warning: name }, 1);
          },
        }).catch((error: unknown) => {
          throw error instanceof IncompleteCopyError ? new ConfigurationError([error.message]) : error;
        });
      },
    },
    {
      provide: Keyring,
      inject: [CONFIGURATION],
      useFactory: async (config: Configuration) => {
        const { encryptionKeys } = config;
        return new Keyring(
          encryptionKeys.length > 0 ? encryptionKeys : [await sandboxKey(await makeDataDirectory(config))],
        );
      },
    },
    {
      provide: RecordMaintenance,
      inject: [RawStore, Keyring],
      useFactory: (store: RawStore, keyring: Keyring) => new RecordMaintenance(store, keyring),
    },
  ],
  exports: [RawStore, Keyring, RecordMaintenance],
})
export class RawStoreModule implements OnApplicationShutdown {
  constructor(private readonly store: RawStore) {}

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}

/** The store, which can be injected whole or as one of its ports. */
@Module({
  imports: [MetricsModule, RawStoreModule, TracingModule],
  providers: [
    {
      provide: Store,
      inject: [RawStore, Keyring, Metrics, Tracing, CONFIGURATION],
      useFactory: (store: RawStore, keyring: Keyring, metrics: Metrics, tracing: Tracing, config: Configuration) =>
        authenticatedStore(observedStore(store, metrics, tracing), keyring, metrics, config),
    },
    ...PORTS.map((port) => ({ provide: port, useExisting: Store })),
    SealedCache,
  ],
  exports: [RawStoreModule, Store, ...PORTS, SealedCache],
})
export class StoreModule {}
