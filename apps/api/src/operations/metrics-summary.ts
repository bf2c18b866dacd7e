import type { Metric, Registry } from 'prom-client';
import { isoTime } from '../dto/iso-time.js';
import { FAILURE_SOURCES, type FailureSource, type MetricsSummaryDto } from './metrics-summary.dto.js';

interface Totals {
  count: number;
  seconds: number;
  byOutcome: Map<string, number>;
}

/** The `outcome` that is no failure. */
const SUCCESS: Record<FailureSource, string> = {
  connects: 'connected',
  loads: 'complete',
  refreshes: 'refreshed',
  providerCalls: 'ok',
};

/** What the web app's Health tab shows. @param registry of this process, or of all workers together */
export async function metricsSummary(registry: Registry): Promise<MetricsSummaryDto> {
  const of = (name: string) => totalsOf(registry.getSingleMetric(name));
  const requests = await of('causeway_http_request_seconds');
  const totals = {
    connects: await of('causeway_connects_total'),
    loads: await of('causeway_loads_total'),
    refreshes: await of('causeway_refreshes_total'),
    providerCalls: await of('causeway_provider_call_seconds'),
  };
  const failures = FAILURE_SOURCES.flatMap((source) =>
    [...totals[source].byOutcome]
      .filter(([reason, count]) => reason !== SUCCESS[source] && count > 0)
      .map(([reason, count]) => ({ source, reason, count })),
  );
  // prom-client sets the used size when it collects the total one.
  await of('nodejs_heap_size_total_bytes');
  const { count: heapBytes } = await of('nodejs_heap_size_used_bytes');
  return {
    at: isoTime(Date.now()),
    connects: totals.connects.count,
    loads: totals.loads.count,
    refreshes: totals.refreshes.count,
    providerCalls: totals.providerCalls.count,
    providerCallSeconds: totals.providerCalls.seconds,
    requests: requests.count,
    requestSeconds: requests.seconds,
    memoryBytes: (await of('process_resident_memory_bytes')).count,
    heapBytes,
    failures: failures.sort((a, b) => b.count - a.count),
  };
}

async function totalsOf(metric: Metric | undefined): Promise<Totals> {
  const totals: Totals = { count: 0, seconds: 0, byOutcome: new Map() };
  if (metric === undefined) return totals;
  const { name, values } = await metric.get();
  for (const sample of values) {
    const { labels, value } = sample;
    const metricName = 'metricName' in sample ? sample.metricName : undefined;
    if (metricName === `${name}_sum`) totals.seconds += value;
    // A histogram has a sample for each bucket, too.
    if (metricName !== undefined && metricName !== `${name}_count`) continue;
    totals.count += value;
    const outcome = String((labels as Record<string, unknown>)['outcome']);
    totals.byOutcome.set(outcome, (totals.byOutcome.get(outcome) ?? 0) + value);
  }
  return totals;
}
