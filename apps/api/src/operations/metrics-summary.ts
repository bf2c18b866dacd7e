import type { Metric, Registry } from 'prom-client';
import { isoTime } from '../dto/iso-time.js';
import {
  FAILURE_SOURCES,
  type FailureSource,
  type IntegrationSummaryDto,
  type MetricsSummaryDto,
} from './metrics-summary.dto.js';

/** Of all samples with the same values of the labels that are asked for. */
interface Totals {
  count: number;
  seconds: number;
}

const METRICS: Record<FailureSource, string> = {
  connects: 'causeway_connects_total',
  loads: 'causeway_loads_total',
  refreshes: 'causeway_refreshes_total',
  providerCalls: 'causeway_provider_call_seconds',
};

/** A grant that waits to be finished: it is counted again when it has become a connection, or was refused. */
const WAITING = 'authorized';

/** The `outcome` labels that are no failure. */
const SUCCESSES: Record<FailureSource, readonly string[]> = {
  connects: ['connected', WAITING],
  loads: ['complete'],
  refreshes: ['refreshed'],
  providerCalls: ['ok'],
};

/** Ends when its reader leaves: how long that takes says nothing of the service. */
const EVENT_STREAM = '/events';

/**
 * What the web app's Health tab shows.
 * @param registry of this process, or of all workers together
 * @param processes how many they are
 */
export async function metricsSummary(registry: Registry, processes: number): Promise<MetricsSummaryDto> {
  const totalsOf = (name: string, label?: string) => readTotals(registry.getSingleMetric(name), label);
  const total = async (name: string) => (await totalsOf(name)).get('') ?? { count: 0, seconds: 0 };
  const integrations = new Map<string, IntegrationSummaryDto>();
  const failures: MetricsSummaryDto['failures'] = [];
  for (const source of FAILURE_SOURCES) {
    const isFailure = (outcome: string) => !SUCCESSES[source].includes(outcome);
    for (const [outcome, { count }] of await totalsOf(METRICS[source], 'outcome'))
      if (isFailure(outcome) && count > 0) failures.push({ source, reason: outcome, count });
    for (const [labels, { count, seconds }] of await totalsOf(METRICS[source], 'integration outcome')) {
      const [integration = '', outcome = ''] = labels.split(' ');
      if (outcome === WAITING) continue;
      const summary = integrations.get(integration) ?? emptySummary(integration);
      integrations.set(integration, summary);
      summary[source].count += count;
      if (isFailure(outcome)) summary[source].failed += count;
      if (source === 'providerCalls') summary.providerCallSeconds += seconds;
    }
  }
  const [connects, loads, refreshes, providerCalls] = await Promise.all(Object.values(METRICS).map(total));
  const byRoute = await totalsOf('causeway_http_request_seconds', 'route');
  const requests = [...byRoute].filter(([route]) => route !== EVENT_STREAM).map(([, totals]) => totals);
  // prom-client sets the used size when it collects the total one.
  await total('nodejs_heap_size_total_bytes');
  const valueOf = async (name: string) => (await total(name)).count;
  return {
    at: isoTime(Date.now()),
    since: isoTime((await valueOf('causeway_start_time_seconds')) * 1000),
    processes,
    connects: (connects?.count ?? 0) - ((await totalsOf(METRICS.connects, 'outcome')).get(WAITING)?.count ?? 0),
    loads: loads?.count ?? 0,
    refreshes: refreshes?.count ?? 0,
    providerCalls: providerCalls?.count ?? 0,
    providerCallSeconds: providerCalls?.seconds ?? 0,
    requests: sumOf(requests, ({ count }) => count),
    requestSeconds: sumOf(requests, ({ seconds }) => seconds),
    memoryBytes: await valueOf('process_resident_memory_bytes'),
    heapBytes: await valueOf('nodejs_heap_size_used_bytes'),
    integrations: [...integrations.values()],
    failures: failures.sort((a, b) => b.count - a.count),
  };
}

const sumOf = (all: readonly Totals[], of: (totals: Totals) => number) => all.reduce((sum, one) => sum + of(one), 0);

function emptySummary(integration: string): IntegrationSummaryDto {
  const none = () => ({ count: 0, failed: 0 });
  return {
    integration,
    connects: none(),
    loads: none(),
    refreshes: none(),
    providerCalls: none(),
    providerCallSeconds: 0,
  };
}

/** By the values of the labels that are named, with blanks between them. */
async function readTotals(metric: Metric | undefined, labels = ''): Promise<Map<string, Totals>> {
  const totals = new Map<string, Totals>();
  if (metric === undefined) return totals;
  const { name, values } = await metric.get();
  const names = labels.split(' ').filter(Boolean);
  for (const sample of values) {
    const metricName = 'metricName' in sample ? sample.metricName : undefined;
    const isSum = metricName === `${name}_sum`;
    // A histogram has a sample for each bucket, too.
    if (!isSum && metricName !== undefined && metricName !== `${name}_count`) continue;
    const key = names.map((label) => String((sample.labels as Record<string, unknown>)[label])).join(' ');
    const known = totals.get(key) ?? { count: 0, seconds: 0 };
    totals.set(key, known);
    known[isSum ? 'seconds' : 'count'] += sample.value;
  }
  return totals;
}
