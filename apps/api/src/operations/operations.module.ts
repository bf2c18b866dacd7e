import { Module } from '@nestjs/common';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { RequestTiming } from './request-timing.js';
import { ShutdownModule } from '../shutdown/shutdown.module.js';
import { StoreModule } from '../store/store.module.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';
import { MetricsController } from './metrics.controller.js';

@Module({
  imports: [IntegrationsModule, ShutdownModule, StoreModule],
  controllers: [HealthController, MetricsController],
  providers: [HealthService, RequestTiming],
})
export class OperationsModule {}
