import { Module } from '@nestjs/common';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { ShutdownModule } from '../shutdown/shutdown.module.js';
import { RecordStoreModule } from '../store/record-store.module.js';
import { StoreModule } from '../store/store.module.js';
import { TracingModule } from '../tracing/tracing.module.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { MetricsController } from './metrics.controller.js';
import { RequestObserver } from './request-observer.js';
import { ServiceMetrics } from './service-metrics.js';

@Module({
  imports: [IntegrationsModule, RecordStoreModule, ShutdownModule, StoreModule, TracingModule],
  controllers: [HealthController, MetricsController],
  providers: [HealthService, RequestObserver, ServiceMetrics],
})
export class OperationsModule {}
