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
import { HttpClientModule } from '../http-client/http-client.module.js';
import { AppApis } from './app-apis.js';
import { HookMaintenance } from './hook-maintenance.js';
import { HookProvisioning } from './hook-provisioning.js';
import { HookReader } from './hook-reader.js';
import { JournalFiles } from './journal-files.js';
import { JournalOwnSubscriptions } from './journal-own-subscriptions.js';
import { JournalPolling } from './journal-polling.js';
import { JournalPositions } from './journal-positions.js';
import { JournalReader } from './journal-reader.js';
import { JournalSubscriptions } from './journal-subscriptions.js';
import { StoredHooks } from './stored-hooks.js';
import { ProviderEvents } from './provider-events.js';
import { ProviderEventWorker } from './provider-event-worker.js';
import { ProviderWebhooksController } from './provider-webhooks.controller.js';
import { ProviderWebhooksService } from './provider-webhooks.service.js';
import { ReceivedWebhooks } from './received-webhooks.js';

@Module({
  imports: [
    ConnectionsModule,
    HttpClientModule,
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
    AppApis,
    HookMaintenance,
    HookProvisioning,
    HookReader,
    JournalFiles,
    JournalOwnSubscriptions,
    JournalPolling,
    JournalPositions,
    JournalReader,
    JournalSubscriptions,
    StoredHooks,
    ProviderEvents,
    ProviderEventWorker,
    ProviderWebhooksService,
    ReceivedWebhooks,
    UnparsedBodies,
  ],
})
export class ProviderWebhooksModule {}
