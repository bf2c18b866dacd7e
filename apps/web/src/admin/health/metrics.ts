import type { Sample } from './prometheus.js';

/** Names of `metrics.ts` in the service, and which outcomes are no failures. */
const COUNTERS = {
  connects: { metric: 'causeway_connects_total', good: 'connected' },
  loads: { metric: 'causeway_loads_total', good: 'complete' },
  refreshes: { metric: 'causeway_refreshes_total', good: 'refreshed' },
  calls: { metric: 'causeway_provider_call_seconds_count', good: 'ok' },
} as const;

type Counter = keyof typeof COUNTERS;

const SOURCES = Object.keys(COUNTERS) as Counter[];

/** What is shown of the service at one moment. Counts are since its start. */
export interface Metrics extends Record<Counter | 'requests', number> {
  at: number;
  memoryBytes: number;
  heapBytes: number;
  /** Seconds that provider calls and requests took, all together. */
  callSeconds: number;
  requestSeconds: number;
  failures: Failure[];
}

export interface Failure {
  source: Counter;
  reason: string;
  count: number;
}

export function metricsOf(samples: readonly Sample[], at: number): Metrics {
  const sum = (metric: string) => samples.reduce((total, { name, value }) => total + (name === metric ? value : 0), 0);
  return {
    at,
    connects: sum(COUNTERS.connects.metric),
    loads: sum(COUNTERS.loads.metric),
    refreshes: sum(COUNTERS.refreshes.metric),
    calls: sum(COUNTERS.calls.metric),
    requests: sum('causeway_http_request_seconds_count'),
    callSeconds: sum('causeway_provider_call_seconds_sum'),
    requestSeconds: sum('causeway_http_request_seconds_sum'),
    memoryBytes: sum('process_resident_memory_bytes'),
    heapBytes: sum('nodejs_heap_size_used_bytes'),
    failures: SOURCES.flatMap((source) => failuresOf(samples, source)).sort((a, b) => b.count - a.count),
  };
}

function failuresOf(samples: readonly Sample[], source: Counter): Failure[] {
  const { metric, good } = COUNTERS[source];
  const byReason = new Map<string, number>();
  for (const { name, labels, value } of samples) {
    const reason = labels['outcome'];
    if (name === metric && reason !== undefined && reason !== good && value > 0)
      byReason.set(reason, (byReason.get(reason) ?? 0) + value);
  }
  return [...byReason].map(([reason, count]) => ({ source, reason, count }));
}

/** How many a minute, between each figure and the one before it. A service that has started again counts from nothing. */
export function perMinute(history: readonly Metrics[], name: Counter | 'requests'): number[] {
  return history.slice(1).map((now, index) => {
    const before = history[index];
    if (before === undefined) return 0;
    const more = now[name] < before[name] ? now[name] : now[name] - before[name];
    return more / Math.max(1 / 60, (now.at - before.at) / 60_000);
  });
}
