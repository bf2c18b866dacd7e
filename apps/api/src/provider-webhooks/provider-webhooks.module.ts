import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { UnparsedBodies } from '../dto/unparsed-bodies.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { ShutdownModule } from '../shutdown/shutdown.module.js';
import { StoreModule } from '../store/store.module.js';
import { SyncsModule } from '../syncs/syncs.module.js';
import { TracingModule } from '../tracing/tracing.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { HookMaintenance } from './hook-maintenance.js';
import { HookProvisioning } from './hook-provisioning.js';
import { HookReader } from './hook-reader.js';
import { StoredHooks } from './stored-hooks.js';
import { ProviderEvents } from './provider-events.js';
import { ProviderEventWorker } from './provider-event-worker.js';
import { ProviderWebhooksController } from './provider-webhooks.controller.js';
import { ProviderWebhooksService } from './provider-webhooks.service.js';
import { ReceivedWebhooks } from './received-webhooks.js';

@Module({
  imports: [
    ConnectionsModule,
    IntegrationsModule,
    MetricsModule,
    ShutdownModule,
    StoreModule,
    SyncsModule,
    TracingModule,
    WebhooksModule,
  ],
  controllers: [ProviderWebhooksController],
  providers: [
    HookMaintenance,
    HookProvisioning,
    HookReader,
    StoredHooks,
    ProviderEvents,
    ProviderEventWorker,
    ProviderWebhooksService,
    ReceivedWebhooks,
    UnparsedBodies,
  ],
})
export class ProviderWebhooksModule {}
