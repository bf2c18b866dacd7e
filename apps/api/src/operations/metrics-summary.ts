import type { Counter, Histogram } from 'prom-client';
import { isoTime } from '../dto/iso-time.js';
import type { Metrics } from '../metrics/metrics.js';
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

/** What the web app's Health tab shows. */
export async function metricsSummary(metrics: Metrics): Promise<MetricsSummaryDto> {
  const requests = await totalsOf(metrics.requests);
  const totals = {
    connects: await totalsOf(metrics.connects),
    loads: await totalsOf(metrics.loads),
    refreshes: await totalsOf(metrics.refreshes),
    providerCalls: await totalsOf(metrics.providerCalls),
  };
  const failures = FAILURE_SOURCES.flatMap((source) =>
    [...totals[source].byOutcome]
      .filter(([reason, count]) => reason !== SUCCESS[source] && count > 0)
      .map(([reason, count]) => ({ source, reason, count })),
  );
  const { rss, heapUsed } = process.memoryUsage();
  return {
    at: isoTime(Date.now()),
    connects: totals.connects.count,
    loads: totals.loads.count,
    refreshes: totals.refreshes.count,
    providerCalls: totals.providerCalls.count,
    providerCallSeconds: totals.providerCalls.seconds,
    requests: requests.count,
    requestSeconds: requests.seconds,
    memoryBytes: rss,
    heapBytes: heapUsed,
    failures: failures.sort((a, b) => b.count - a.count),
  };
}

async function totalsOf<Label extends string>(metric: Counter<Label> | Histogram<Label>): Promise<Totals> {
  const totals: Totals = { count: 0, seconds: 0, byOutcome: new Map() };
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
