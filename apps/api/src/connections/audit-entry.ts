import type { Ref } from '@causeway/store';
import type { Actor } from '../access/actor.js';
import type { ConnectionEventType } from '../audit/audit-event.js';

export interface AuditEntry {
  type: ConnectionEventType;
  /** Never a secret: a provider's error code, the types of a load. */
  detail?: string | undefined;
  actor: Actor;
}

export interface StoredAuditEntry extends AuditEntry {
  /** Milliseconds since the epoch. */
  at: number;
}

export function auditLogName(connectionId: string): string {
  // The prefix is in existing stores.
  return `trail:${connectionId}`;
}

const RECENT = 'recent:';

/** Which actor did what in the last minute, for entries that are appended once a minute. */
export function recentAuditEntriesKey(connectionId: string): string {
  return `${RECENT}${connectionId}`;
}

type Encoded = [
  type: ConnectionEventType,
  at: number,
  actorKind: Actor['kind'],
  actorId: string | null,
  ...detail: string[],
];

/** A list instead of an object: half of the bytes. */
export function encodeAuditEntry({ type, at, actor, detail }: StoredAuditEntry): string {
  const encoded: Encoded = [type, at, actor.kind, actor.id, ...(detail === undefined ? [] : [detail])];
  return JSON.stringify(encoded);
}

export function decodeAuditEntry(text: string): StoredAuditEntry {
  const parsed = JSON.parse(text) as Encoded | StoredAuditEntry;
  // Earlier versions wrote objects.
  if (!Array.isArray(parsed)) return parsed;
  const [type, at, kind, id, detail] = parsed;
  return { type, at, actor: { kind, id }, detail };
}

export function isRecentAuditEntries({ key }: Ref): boolean {
  return key.startsWith(RECENT);
}
