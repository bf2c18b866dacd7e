import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Endpoint } from '../access/endpoint.decorator.js';
import { Metrics } from '../metrics/metrics.js';
import { MetricsSummaryDto } from './metrics-summary.dto.js';
import { metricsSummary } from './metrics-summary.js';

@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Endpoint({ summary: 'Metrics for Prometheus', access: 'public', isExemptFromLimit: true })
  async readMetrics(@Res() reply: FastifyReply): Promise<void> {
    const { registry } = this.metrics;
    await reply.type(registry.contentType).send(await registry.metrics());
  }

  @Get('summary')
  @Endpoint({
    summary: 'The most important metrics as JSON',
    access: 'public',
    isExemptFromLimit: true,
    response: MetricsSummaryDto,
  })
  getMetricsSummary(): Promise<MetricsSummaryDto> {
    return metricsSummary(this.metrics);
  }
}
