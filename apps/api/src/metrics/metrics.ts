import { Injectable } from '@nestjs/common';
import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Provider calls take from some milliseconds to the deadline of a whole call. */
const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];

/** What the service counts. Labels are names of integrations, reasons and route patterns: few, and never of a user. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly connects = new Counter({
    name: 'causeway_connects_total',
    help: 'Authorizations that came back, by outcome: connected, or the slug of the problem.',
    labelNames: ['integration', 'outcome'],
    registers: [this.registry],
  });

  readonly refreshes = new Counter({
    name: 'causeway_refreshes_total',
    help: 'Refresh requests, by outcome: refreshed, or revoked, configuration, conflict, transient.',
    labelNames: ['integration', 'outcome'],
    registers: [this.registry],
  });

  readonly providerCalls = new Histogram({
    name: 'causeway_provider_call_seconds',
    help: 'Calls to provider APIs with their waits and retries, by outcome: ok, or the reason of the failure.',
    labelNames: ['integration', 'outcome'],
    buckets: SECONDS,
    registers: [this.registry],
  });

  readonly loads = new Counter({
    name: 'causeway_loads_total',
    help: 'Streamed loads that ended, by outcome: complete, incomplete, or cut where the reader went away.',
    labelNames: ['integration', 'outcome'],
    registers: [this.registry],
  });

  readonly requests = new Histogram({
    name: 'causeway_http_request_seconds',
    help: 'Requests to this service, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
