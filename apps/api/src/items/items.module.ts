import { Module } from '@nestjs/common';
import { ActivityModule } from '../activity/activity.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { LoadsModule } from '../loads/loads.module.js';
import { StoreModule } from '../store/store.module.js';
import { TracingModule } from '../tracing/tracing.module.js';
import { ItemsController } from './items.controller.js';
import { ItemsService } from './items.service.js';

@Module({
  imports: [ActivityModule, ConnectionsModule, IntegrationsModule, LoadsModule, StoreModule, TracingModule],
  controllers: [ItemsController],
  providers: [ItemsService],
})
export class ItemsModule {}
