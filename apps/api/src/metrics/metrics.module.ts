import { Global, Module } from '@nestjs/common';
import { MetricsController } from '../operations/metrics.controller.js';
import { Metrics } from './metrics.js';
import { RequestTiming } from './request-timing.js';

@Global()
@Module({ controllers: [MetricsController], providers: [Metrics, RequestTiming], exports: [Metrics] })
export class MetricsModule {}
