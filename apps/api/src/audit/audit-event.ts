import type { Actor } from '../access/actor.js';

/** What is done with a connection: also in the log of that connection. */
export const CONNECTION_EVENT_TYPES = [
  'connected',
  'reconnected',
  'refreshed',
  'refresh-failed',
  'needs-reconnect',
  'expiring',
  'token-read',
  'items-loaded',
  'checked',
  'proxied',
  'sync-created',
  'sync-changed',
  'sync-deleted',
] as const;

export const AUDIT_EVENT_TYPES = [
  ...CONNECTION_EVENT_TYPES,
  'disconnected',
  'grant-refused',
  'signed-in',
  'sign-in-failed',
  'signed-out',
  'credentials-refused',
  'key-made',
  'key-revoked',
  'session-made',
  'session-ended',
  'user-sessions-ended',
  'endpoint-made',
  'endpoint-changed',
  'endpoint-secret-rotated',
  'endpoint-disabled',
  'endpoint-deleted',
  'encryption-keys-rotated',
  'store-restored',
  'store-migrated',
  'connections-exported',
  'connections-imported',
  'erased',
  'entries-lost',
  'chain-restarted',
] as const;

export type ConnectionEventType = (typeof CONNECTION_EVENT_TYPES)[number];
export type AuditEventType = (typeof AUDIT_EVENT_TYPES)[number];

/**
 * These are written within a second or two, and may be lost in a crash. All others are stored before the request that caused them is
 * responded to.
 */
export const WRITTEN_BEHIND: ReadonlySet<AuditEventType> = new Set<AuditEventType>([
  'refreshed',
  'refresh-failed',
  'needs-reconnect',
  'expiring',
  'token-read',
  'items-loaded',
  'checked',
  'proxied',
  'sign-in-failed',
  'credentials-refused',
  'entries-lost',
]);

export interface AuditEvent {
  type: AuditEventType;
  actor: Actor;
  orgId?: string | null;
  userId?: string | null;
  connectionId?: string | null;
  /** Never a secret, an address with a query, or a text of a provider: its error code, the types of a load, the id of a key. */
  detail?: string | null | undefined;
}
