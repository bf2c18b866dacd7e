import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Metrics } from '../metrics/metrics.js';
import { ConnectionListing } from './connection-listing.js';

/** The number of connections, counted by the store when the metrics are read. */
@Injectable()
export class ConnectionMetrics {
  constructor({ registry }: Metrics, listing: ConnectionListing) {
    new Gauge({
      name: 'causeway_connections',
      help: 'Connections in the store, by integration and status. Absent while they are not counted: the store is away, or is indexed after an update.',
      labelNames: ['integration', 'status'],
      // All workers count the same ones.
      aggregator: 'max',
      registers: [registry],
      async collect() {
        const counts = listing.isComplete ? await listing.counts(null).catch(() => []) : [];
        this.reset();
        for (const { integration, status, count } of counts) this.set({ integration, status }, count);
      },
    });
  }
}
