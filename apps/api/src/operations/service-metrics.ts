import { Inject, Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { Metrics } from '../metrics/metrics.js';
import { HealthService } from './health.service.js';

/** Metrics of the process as a whole, found out when they are read. Of several workers the worst counts. */
@Injectable()
export class ServiceMetrics {
  constructor(
    { registry }: Metrics,
    health: HealthService,
    integrations: IntegrationRegistry,
    @Inject(CONFIGURATION) { build }: Configuration,
  ) {
    const registers = [registry];
    new Gauge({
      name: 'causeway_ready',
      help: '1 if the service can do its work, as GET /health/ready says.',
      registers,
      aggregator: 'min',
      async collect() {
        this.set((await health.check()).status === 'ok' ? 1 : 0);
      },
    });
    new Gauge({
      name: 'causeway_client_rejected',
      help: '1 while the provider rejects the client id or secret of this service.',
      labelNames: ['integration'],
      registers,
      aggregator: 'max',
      collect() {
        for (const { definition, configured } of integrations.all())
          if (configured !== null)
            this.set({ integration: definition.id }, configured.tokens.clientFault === null ? 0 : 1);
      },
    });
    new Gauge({
      name: 'causeway_build_info',
      help: '1, with the version of the service, the commit if the build named it, and the version of Node.',
      labelNames: ['version', 'commit', 'node'],
      registers,
      aggregator: 'max',
    }).set({ version: build.version, commit: build.commit ?? '', node: process.versions.node }, 1);
    new Gauge({
      name: 'causeway_start_time_seconds',
      help: 'When the process was started, or of several workers the one that was started last, in seconds since the epoch.',
      registers,
      aggregator: 'max',
    }).set(Math.floor(Date.now() / 1000 - process.uptime()));
  }
}
