import { Module } from '@nestjs/common';
import { ActivityModule } from '../activity/activity.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { ShutdownModule } from '../shutdown/shutdown.module.js';
import { StoreModule } from '../store/store.module.js';
import { Deliveries } from './deliveries.js';
import { DeliveryWorker } from './delivery-worker.js';
import { WebhookEndpoints } from './webhook-endpoints.js';
import { WebhookOutbox } from './webhook-outbox.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksService } from './webhooks.service.js';

@Module({
  imports: [ActivityModule, AuditModule, ConnectionsModule, MetricsModule, ShutdownModule, StoreModule],
  controllers: [WebhooksController],
  providers: [Deliveries, DeliveryWorker, WebhookEndpoints, WebhookOutbox, WebhooksService],
  exports: [WebhookOutbox],
})
export class WebhooksModule {}
