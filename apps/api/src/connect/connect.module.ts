import { Module } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { AuthorizationRequests } from '@causeway/oauth';
import { KeyValueStore } from '@causeway/store';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { StoreModule } from '../store/store.module.js';
import { CallbackPage } from './callback-page.js';
import { ConnectController } from './connect.controller.js';
import { ConnectService } from './connect.service.js';

@Module({
  imports: [ConnectionsModule, IntegrationsModule, StoreModule],
  controllers: [ConnectController],
  providers: [
    CallbackPage,
    ConnectService,
    {
      provide: AuthorizationRequests,
      inject: [KeyValueStore, Keyring, CONFIGURATION],
      useFactory: (store: KeyValueStore, keyring: Keyring, { limits }: Configuration) =>
        new AuthorizationRequests(store, keyring, {
          user: limits.attemptsPerUser,
          organization: limits.attemptsPerOrganization,
        }),
    },
  ],
})
export class ConnectModule {}
