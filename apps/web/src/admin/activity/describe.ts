import { texts } from '../texts.js';
import type { lists, RowOf } from '../lists.js';

const labels = texts.activity;

export type ActivityEntry = RowOf<typeof lists.activity>;

/** What was asked: the request to the provider, or what a load has read. */
export function describeCall({ method, path, detail, pages, items }: ActivityEntry): string {
  if (pages !== null && items !== null) return labels.loaded(detail ?? '', items, pages);
  return [method, path].filter(Boolean).join(' ');
}

export function describeResult({ ok, status, problem, detail, pages }: ActivityEntry): string {
  const code = pages === null ? detail : null;
  const parts = [status, problem ?? (status === null && ok ? 'OK' : null), code];
  return parts.filter((part) => part !== null).join(' · ');
}

export function describeTime({ durationMs, retries, waitedMs }: ActivityEntry): string {
  const waits = [waitedMs > 0 && `${duration(waitedMs)} of it waiting`, retries > 0 && labels.retries(retries)];
  return [duration(durationMs), ...waits].filter(Boolean).join(', ');
}

function duration(ms: number): string {
  return ms < 1_000
    ? `${ms.toLocaleString()} ms`
    : `${(ms / 1_000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s`;
}
