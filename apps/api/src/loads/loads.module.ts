import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { AccountItemTypes } from './account-item-types.js';

@Module({
  imports: [ConnectionsModule, IntegrationsModule],
  providers: [AccountItemTypes],
  exports: [AccountItemTypes],
})
export class LoadsModule {}
