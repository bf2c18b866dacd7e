import { Module } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { AuthorizationRequests } from '@causeway/oauth';
import { Store } from '@causeway/store';
import { ConnectionsModule } from '../connections/connections.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { StoreModule } from '../store/store.module.js';
import { AttemptCookies } from './attempt-cookies.js';
import { ClosingPage } from './closing-page.js';
import { ConnectController } from './connect.controller.js';
import { ConnectService } from './connect.service.js';

@Module({
  imports: [ConnectionsModule, IntegrationsModule, StoreModule],
  controllers: [ConnectController],
  providers: [
    AttemptCookies,
    ClosingPage,
    ConnectService,
    {
      provide: AuthorizationRequests,
      inject: [Store, Keyring],
      useFactory: (store: Store, keyring: Keyring) => new AuthorizationRequests(store, keyring),
    },
  ],
})
export class ConnectModule {}
