import { Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { KeyValueStore, LeaseStore, LogStore, RateLimitStore, Store, openStore } from '@causeway/store';
import { Keyring } from '@causeway/crypto';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { makeDataDirectory } from '../configuration/data-directory.js';
import { sandboxKey } from '../sandbox/sandbox-key.js';
import { SealedCache } from './sealed-cache.js';

const PORTS = [KeyValueStore, LogStore, LeaseStore, RateLimitStore];

/** The store, which can be injected whole or as one of its ports. */
@Module({
  providers: [
    {
      provide: Store,
      inject: [CONFIGURATION],
      useFactory: async (config: Configuration) => {
        const { store } = config;
        if (store.kind === 'embedded') await makeDataDirectory(config);
        const logger = new Logger('Store');
        return openStore({ ...store, report: (message) => logger.warn(message) });
      },
    },
    ...PORTS.map((port) => ({ provide: port, useExisting: Store })),
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
    SealedCache,
  ],
  exports: [Store, ...PORTS, Keyring, SealedCache],
})
export class StoreModule implements OnApplicationShutdown {
  constructor(private readonly store: Store) {}

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
