import { Module } from '@nestjs/common';
import { ActivityModule } from '../activity/activity.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { LoadsModule } from '../loads/loads.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { ShutdownModule } from '../shutdown/shutdown.module.js';
import { RecordStoreModule } from '../store/record-store.module.js';
import { StoreModule } from '../store/store.module.js';
import { TracingModule } from '../tracing/tracing.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { FeedHistory } from './feed-history.js';
import { IntegrationSyncs } from './integration-syncs.js';
import { SyncFeedService } from './sync-feed.service.js';
import { SyncRunService } from './sync-run.service.js';
import { SyncRunner } from './sync-runner.js';
import { SyncsController } from './syncs.controller.js';
import { SyncsService } from './syncs.service.js';
import { WatchedContainers } from './watched-containers.js';
import { ToldItems } from './told-items.js';

@Module({
  imports: [
    ActivityModule,
    ConnectionsModule,
    IntegrationsModule,
    LoadsModule,
    MetricsModule,
    RecordStoreModule,
    ShutdownModule,
    StoreModule,
    TracingModule,
    WebhooksModule,
  ],
  controllers: [SyncsController],
  providers: [
    FeedHistory,
    IntegrationSyncs,
    SyncFeedService,
    SyncRunService,
    SyncRunner,
    SyncsService,
    ToldItems,
    WatchedContainers,
  ],
  exports: [IntegrationSyncs, ToldItems, WatchedContainers],
})
export class SyncsModule {}
