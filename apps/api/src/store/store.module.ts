import { Global, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AuthorizationRequests } from '@causeway/oauth';
import { KeyValueStore, LeaseStore, LogStore, RateLimitStore, Store, openStore } from '@causeway/store';
import { CredentialRefresher, type FailedRefresh } from '@causeway/oauth';
import { Keyring } from '@causeway/crypto';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { sandboxKey } from '../sandbox/sandbox-key.js';
import { SealedCache } from './sealed-cache.js';

const PORTS = [KeyValueStore, LogStore, LeaseStore, RateLimitStore];

/** The store, which can be injected whole or as one of its ports, and what keeps its invariants in it. */
@Global()
@Module({
  providers: [
    {
      provide: Store,
      inject: [CONFIGURATION],
      useFactory: ({ store }: Configuration) => {
        const logger = new Logger('Store');
        return openStore({ ...store, report: (message) => logger.warn(message) });
      },
    },
    ...PORTS.map((port) => ({ provide: port, useExisting: Store })),
    {
      provide: Keyring,
      inject: [CONFIGURATION],
      useFactory: async ({ encryptionKeys, dataDirectory }: Configuration) =>
        new Keyring(encryptionKeys.length > 0 ? encryptionKeys : [await sandboxKey(dataDirectory)]),
    },
    {
      provide: AuthorizationRequests,
      inject: [Store, Keyring],
      useFactory: (store: Store, keyring: Keyring) => new AuthorizationRequests(store, keyring),
    },
    {
      provide: CredentialRefresher,
      inject: [Store],
      useFactory: (store: Store) => new CredentialRefresher(store, { onFailure: logFailedRefresh }),
    },
    SealedCache,
  ],
  exports: [Store, ...PORTS, Keyring, AuthorizationRequests, CredentialRefresher, SealedCache],
})
export class StoreModule implements OnApplicationShutdown {
  constructor(
    private readonly store: Store,
    private readonly refresher: CredentialRefresher,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.refresher.settled();
    await this.store.close();
  }
}

const refreshLogger = new Logger('Refresh');

/** A revoked grant is not logged: only its user can authorize again. */
function logFailedRefresh({ connectionId, kind, code, failures, backoffMs }: FailedRefresh): void {
  const line = `${kind} failure ${failures} of ${connectionId} (${code}), next refresh in ${Math.ceil(backoffMs / 1000)} s`;
  if (kind === 'configuration') refreshLogger.error(`the provider rejects our client id or secret: ${line}`);
  else if (kind === 'transient') refreshLogger.warn(line);
}
