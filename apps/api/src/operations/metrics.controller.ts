import { hash, timingSafeEqual } from 'node:crypto';
import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Registry } from 'prom-client';
import { Problem } from '@causeway/problem';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { CurrentCaller, requireUnlimited, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { Metrics } from '../metrics/metrics.js';
import { WorkerMetrics } from '../metrics/worker-metrics.js';
import { MetricsSummaryDto } from './metrics-summary.dto.js';
import { metricsSummary } from './metrics-summary.js';

@ApiTags('Operations')
@Controller('metrics')
export class MetricsController {
  private readonly keyHash: Buffer | null;
  private readonly workers: WorkerMetrics | null;
  private readonly processes: number;

  constructor(
    private readonly metrics: Metrics,
    @Inject(CONFIGURATION) { metricsKey, workers }: Configuration,
  ) {
    this.processes = workers;
    this.workers = workers > 1 ? new WorkerMetrics(metrics.registry) : null;
    this.keyHash = metricsKey === null ? null : digest(metricsKey);
  }

  @Get()
  @Endpoint({
    summary: 'Get metrics for Prometheus',
    description: 'With `METRICS_KEY` set, for `Authorization: Bearer <METRICS_KEY>` only.',
    access: 'public',
    isExemptFromLimit: true,
    problems: ['unauthenticated'],
  })
  async readMetrics(
    @Headers('authorization') authorization: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    if (this.keyHash !== null && !timingSafeEqual(this.keyHash, digest(given)))
      throw new Problem('unauthenticated', 'Send the METRICS_KEY: "Authorization: Bearer <key>".');
    const registry = await this.registry();
    await reply.type(registry.contentType).send(await registry.metrics());
  }

  @Get('summary')
  @Endpoint({
    summary: 'Get the most important metrics as JSON',
    description: 'Of all organizations: not for credentials that are limited to some.',
    access: 'connections:read',
    isExemptFromLimit: true,
    response: MetricsSummaryDto,
  })
  async getMetricsSummary(@CurrentCaller() caller: Caller): Promise<MetricsSummaryDto> {
    requireUnlimited(caller);
    return metricsSummary(await this.registry(), this.processes);
  }

  private async registry(): Promise<Registry> {
    return this.workers === null ? this.metrics.registry : this.workers.ofAllWorkers();
  }
}

/** Of one length, whatever was sent: the comparison takes the same time for every key. */
function digest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
