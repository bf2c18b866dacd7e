import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Of what this service does itself: a token look-up takes 0.5 to 5 ms. */
const OWN_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Of what providers do. */
const PROVIDER_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];

/** Labels have few values, and none names a user: integrations, outcomes, route patterns. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly connects = new Counter({
    name: 'causeway_connects_total',
    help: 'Authorizations that came back, by outcome: authorized (waits to be finished), connected, or the slug of the problem.',
    labelNames: ['integration', 'outcome'],
    registers: [this.registry],
  });

  readonly refreshes = new Counter({
    name: 'causeway_refreshes_total',
    help: 'Refresh requests, by outcome: refreshed, or revoked, configuration, conflict, transient.',
    labelNames: ['integration', 'outcome'],
    registers: [this.registry],
  });

  readonly needsReconnect = new Counter({
    name: 'causeway_needs_reconnect_total',
    help: 'Connections that became needs-reconnect: the provider does not accept the grant any more.',
    labelNames: ['integration'],
    registers: [this.registry],
  });

  readonly refreshSeconds = new Histogram({
    name: 'causeway_refresh_seconds',
    help: 'Refresh requests to token endpoints, whatever their outcome.',
    labelNames: ['integration'],
    buckets: PROVIDER_BUCKETS,
    registers: [this.registry],
  });

  readonly rateLimitWaits = new Histogram({
    name: 'causeway_rate_limit_wait_seconds',
    help: 'Waits of provider calls for rate limits, for Retry-After and before retries; calls that do not wait are not counted.',
    labelNames: ['integration'],
    buckets: [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
    registers: [this.registry],
  });

  readonly providerCalls = new Histogram({
    name: 'causeway_provider_call_seconds',
    help: 'Calls to provider APIs with their waits and retries, by outcome: ok, or the reason of the failure.',
    labelNames: ['integration', 'outcome'],
    buckets: PROVIDER_BUCKETS,
    registers: [this.registry],
  });

  readonly loads = new Counter({
    name: 'causeway_loads_total',
    help: 'Streamed loads that ended, by outcome: complete, incomplete, or cut when the reader disconnected.',
    labelNames: ['integration', 'outcome'],
    registers: [this.registry],
  });

  readonly loadsRunning = new Gauge({
    name: 'causeway_loads_running',
    help: 'Streamed loads that are running.',
    labelNames: ['integration'],
    registers: [this.registry],
  });

  readonly loadItems = new Counter({
    name: 'causeway_load_items_total',
    help: 'Items that were loaded, by stream or by page.',
    labelNames: ['integration'],
    registers: [this.registry],
  });

  readonly syncRuns = new Counter({
    name: 'causeway_sync_runs_total',
    help: 'Runs of syncs that ended, by kind (full, changes) and outcome: complete, incomplete, failed.',
    labelNames: ['integration', 'kind', 'outcome'],
    registers: [this.registry],
  });

  readonly syncRunsRunning = new Gauge({
    name: 'causeway_sync_runs_running',
    help: 'Runs of syncs that go on in this process.',
    registers: [this.registry],
  });

  readonly syncChanges = new Counter({
    name: 'causeway_sync_changes_total',
    help: 'Changes that runs wrote to the feeds of syncs: added, updated, deleted.',
    labelNames: ['integration', 'change'],
    registers: [this.registry],
  });

  readonly syncsSuspicious = new Counter({
    name: 'causeway_syncs_suspicious_total',
    help: 'Full passes that lacked more than half of a type at once, whose deletion was held back.',
    labelNames: ['integration'],
    registers: [this.registry],
  });

  readonly eventStreams = new Gauge({
    name: 'causeway_event_streams',
    help: 'Event streams that are open.',
    registers: [this.registry],
  });

  readonly webhookAttempts = new Counter({
    name: 'causeway_webhook_attempts_total',
    help: 'Attempts to deliver a webhook, by outcome: delivered, refused (a status other than 2xx), gone (410), or unreachable.',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  readonly idleRefreshes = new Counter({
    name: 'causeway_idle_refreshes_total',
    help: 'Refreshes of grants that nobody used and that would have ended, by outcome: refreshed, failed.',
    labelNames: ['integration', 'outcome'],
    registers: [this.registry],
  });

  readonly providerWebhooks = new Counter({
    name: 'causeway_provider_webhooks_total',
    help: 'Webhooks of providers, by outcome: events (verified), handshake, or rejected.',
    labelNames: ['integration', 'outcome'],
    registers: [this.registry],
  });

  readonly journalReads = new Counter({
    name: 'causeway_provider_journal_reads_total',
    help: 'Files of provider journals, by outcome: read, skipped (it could not be read), lost (those before it were kept no longer), or failed attempts.',
    labelNames: ['integration', 'outcome'],
    registers: [this.registry],
  });

  readonly journalEndSeconds = new Gauge({
    name: 'causeway_provider_journal_end_timestamp_seconds',
    help: 'When a provider journal was last read to its end, in seconds since the epoch.',
    labelNames: ['integration'],
    aggregator: 'max',
    registers: [this.registry],
  });

  readonly webhooksPending = new Gauge({
    name: 'causeway_webhook_deliveries_pending',
    help: 'Deliveries of webhooks that are still to be attempted, of all endpoints.',
    aggregator: 'max',
    registers: [this.registry],
  });

  readonly requests = new Histogram({
    name: 'causeway_http_request_seconds',
    help: 'Requests to this service, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: OWN_BUCKETS,
    registers: [this.registry],
  });

  readonly storeSeconds = new Histogram({
    name: 'causeway_store_seconds',
    help: 'Operations of the store, failed ones too.',
    labelNames: ['operation'],
    buckets: OWN_BUCKETS,
    registers: [this.registry],
  });

  readonly unreadableRecords = new Counter({
    name: 'causeway_unreadable_records_total',
    help: 'Reads of a record that was ignored, by reason: not-authentic, unknown-key, or newer-format.',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  readonly storeErrors = new Counter({
    name: 'causeway_store_errors_total',
    help: 'Calls of the store that failed, by the error code of Redis (OOM, READONLY, …), or timeout, refused, closed, disk-full, other.',
    labelNames: ['code'],
    registers: [this.registry],
  });

  readonly activityLost = new Counter({
    name: 'causeway_activity_entries_lost_total',
    help: 'Entries of the activity log that were dropped because the store was unavailable or too slow.',
    registers: [this.registry],
  });

  readonly storeWarning = new Gauge({
    name: 'causeway_store_warning',
    help: '1 for each setting or state of Redis that endangers the data.',
    labelNames: ['warning'],
    aggregator: 'max',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
