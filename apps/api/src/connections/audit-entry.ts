import type { Change } from '@causeway/store';
import type { Actor } from '../access/actor.js';

export const AUDIT_ENTRY_TYPES = [
  'connected',
  'reconnected',
  'refreshed',
  'refresh-failed',
  'needs-reconnect',
  'token-read',
  'items-loaded',
  'checked',
  'proxied',
] as const;

export type AuditEntryType = (typeof AUDIT_ENTRY_TYPES)[number];

export interface AuditEntry {
  type: AuditEntryType;
  /** Never a secret: a provider's error code, the types of a load. */
  detail?: string | undefined;
  actor: Actor;
}

export interface StoredAuditEntry extends AuditEntry {
  /** Milliseconds since the epoch. */
  at: number;
}

const KEPT_OF_A_CONNECTION = 500;

export function auditLogName(connectionId: string): string {
  // The prefix is in existing stores.
  return `trail:${connectionId}`;
}

/** Which actor did what in the last minute, for entries that are appended once a minute. */
export function recentAuditEntriesKey(connectionId: string): string {
  return `recent:${connectionId}`;
}

/** For the commit that makes the change. */
export function auditAppend(connectionId: string, entry: AuditEntry): NonNullable<Change['append']>[number] {
  const stored: StoredAuditEntry = { ...entry, at: Date.now() };
  return { log: auditLogName(connectionId), entry: JSON.stringify(stored), keep: KEPT_OF_A_CONNECTION, ttlMs: null };
}
