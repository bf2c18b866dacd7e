import { Link } from '@mui/material';
import { Link as RouterLink } from 'wouter';
import { inWords } from '../../texts.js';
import type { Column } from '../data-table.js';
import type { lists, RowOf } from '../lists.js';
import { ExactTime } from '../relative-time.js';
import { texts } from '../texts.js';

const labels = texts.activity;

export type ActivityEntry = RowOf<typeof lists.activity>;
export type AuditEntry = RowOf<typeof lists.audit>;

export const TIME: Column<{ at: string }> = {
  label: texts.time,
  nowrap: true,
  cell: ({ at }) => <ExactTime time={at} />,
};

export const OWNER: Column<Pick<AuditEntry, 'orgId' | 'userId' | 'connectionId'>> = {
  label: texts.owner,
  from: 'sm',
  cell: ({ orgId, userId, connectionId }) => [
    [orgId ?? 'Whole installation', userId].filter(Boolean).join(' · '),
    connectionId && <ConnectionLink id={connectionId} />,
  ],
};

/** Its id says nothing to people. */
export const ConnectionLink = ({ id }: { id: string }) => (
  <Link component={RouterLink} href={`/admin?connection=${id}`} title={id}>
    Show the connection
  </Link>
);

export const actorOf = ({ actor: { kind, id } }: Pick<AuditEntry, 'actor'>): string =>
  [inWords(kind, texts.audit.actors), id].filter(Boolean).join(' ');

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

const duration = (ms: number): string =>
  ms < 1_000
    ? `${ms.toLocaleString()} ms`
    : `${(ms / 1_000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s`;
