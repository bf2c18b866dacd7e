import { Global, Module } from '@nestjs/common';
import { Metrics } from './metrics.js';
import { RequestTiming } from './request-timing.js';

@Global()
@Module({ providers: [Metrics, RequestTiming], exports: [Metrics] })
export class MetricsModule {}
