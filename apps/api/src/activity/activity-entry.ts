import type { ProblemSlug } from '@causeway/problem';
import type { Actor } from '../access/actor.js';
import type { UpstreamUsage } from '../access/upstream-usage.js';

/**
 * `proxy`: a request through the proxy. `load`: a page or a stream of items, whose successful calls have no entry of their own. `call`: any
 * other call to the provider's API. `exchange`, `refresh` and `revoke`: requests to the provider's token and revocation endpoints. `delivery`: an
 * attempt to deliver a webhook of this service.
 */
export const ACTIVITY_KINDS = ['proxy', 'load', 'call', 'exchange', 'refresh', 'revoke', 'delivery'] as const;

export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

/** What was asked of a provider, and how it ended. Never a secret, a value of a query or of a path, or a body. */
export interface ActivityResult {
  kind: ActivityKind;
  /** Of the request to the provider; absent for a load, which has many. */
  method?: string | undefined;
  /** See `templateOf`; of a delivery, the host only. */
  path?: string | undefined;
  /** The status of the provider's last response. */
  status?: number | undefined;
  durationMs: number;
  retries?: number;
  /** Of `durationMs`: waited for rate limits, for `Retry-After`, and before retries. */
  waitedMs?: number;
  problem?: ProblemSlug | undefined;
  /** The types of a load, the event of a delivery, or the provider's short error code. */
  detail?: string | undefined;
  /** Of a load. */
  pages?: number;
  items?: number;
}

/** The connection. */
export type ActivitySubject = Pick<ActivityEntry, 'integration' | 'orgId' | 'userId'> & { id: string };

/** Who asked, and by which request to this service. */
export type ActivityActor = Pick<Actor, 'kind' | 'id'> & { usage?: Pick<UpstreamUsage, 'requestId'> | undefined };

/** As it is stored and shown. Times are milliseconds since the epoch. */
export interface ActivityEntry extends ActivityResult {
  /** Unique. */
  id: string;
  /** When it ended. */
  at: number;
  integration: string;
  orgId: string;
  userId: string;
  connectionId: string;
  actor: Pick<Actor, 'kind' | 'id'>;
  /** Of the request to this service that caused it; `null`: the service did it by itself. */
  requestId: string | null;
}

export function hasFailed({ kind, problem, status = 0 }: ActivityResult): boolean {
  // A redirect is not followed, and delivers nothing.
  if (kind === 'delivery') return status < 200 || status >= 300;
  return problem !== undefined || status >= 400;
}

/** An entry as it is stored. */
export interface EncodedEntry {
  orgId: string;
  at: number;
  text: string;
}

/** Each call to a provider makes one: a list instead of an object, which takes half of the bytes, and no copy of what is given. */
export function encodeEntry(
  id: string,
  at: number,
  { id: connectionId, integration, orgId, userId }: ActivitySubject,
  { kind: actorKind, id: actorId, usage }: ActivityActor,
  { kind, method, path, status, durationMs, retries, waitedMs, problem, detail, pages, items }: ActivityResult,
): EncodedEntry {
  const requestId = usage?.requestId;
  const [duration, waited] = [Math.round(durationMs), waitedMs && Math.round(waitedMs)];
  const text = JSON.stringify([
    id,
    at,
    kind,
    integration,
    orgId,
    userId,
    connectionId,
    actorKind,
    actorId,
    requestId,
    method,
    path,
    status,
    duration,
    retries,
    waited,
    problem,
    detail,
    pages,
    items,
  ]);
  return { orgId, at, text };
}

/** Several entries in one record of a log, oldest first, after their number and the time of the newest one. */
export function encodeRecord(entries: readonly Pick<EncodedEntry, 'at' | 'text'>[]): string {
  return `[${[entries.length, entries.at(-1)?.at, ...entries.map(({ text }) => text)].join(',')}]`;
}

export function decodeRecord(record: string): ActivityEntry[] {
  return parseRecord(record).map(decodeEntry);
}

/** What is left of a record, and of how many entries; `null`: nothing. */
export function filterRecord(
  record: string,
  isKept: (entry: ActivityEntry) => boolean,
): { count: number; record: string | null } {
  const kept = parseRecord(record).flatMap((encoded) => {
    const entry = decodeEntry(encoded);
    return isKept(entry) ? [{ at: entry.at, text: JSON.stringify(encoded) }] : [];
  });
  return { count: kept.length, record: kept.length === 0 ? null : encodeRecord(kept) };
}

function parseRecord(record: string): unknown[][] {
  const [, , ...entries] = JSON.parse(record) as [count: number, at: number, ...entries: unknown[][]];
  return entries;
}

/** Without reading the entries. */
export function headOfRecord(record: string): { count: number; at: number } {
  const [, count, at] = /^\[(\d+),(\d+)/.exec(record) ?? [];
  return { count: Number(count ?? 0), at: Number(at ?? 0) };
}

function decodeEntry(encoded: unknown[]): ActivityEntry {
  const [id, at, kind, integration, orgId, userId, connectionId, actorKind, actorId, requestId, ...result] = encoded;
  const [method, path, status, durationMs, retries, waitedMs, problem, detail, pages, items] = result.map(
    (value) => value ?? undefined,
  );
  return {
    id,
    at,
    kind,
    integration,
    orgId,
    userId,
    connectionId,
    actor: { kind: actorKind, id: actorId },
    requestId,
    method,
    path,
    status,
    durationMs,
    retries,
    waitedMs,
    problem,
    detail,
    pages,
    items,
  } as ActivityEntry;
}
