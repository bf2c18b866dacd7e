import type { ActivitySubject } from '../activity/activity-entry.js';

export const WEBHOOK_EVENTS = [
  'connection.created',
  'connection.updated',
  'connection.needs-reconnect',
  'connection.expiring',
  'connection.deleted',
  'sync.completed',
  'sync.failed',
  'sync.suspicious',
  'provider.event',
] as const;

/** What happened, and to whom: it is told to the endpoints that hear this organization. */
export interface WebhookEvent {
  type: (typeof WEBHOOK_EVENTS)[number];
  orgId: string;
  data: object;
  cause: EventCause;
}

/** The connection that it is about, and the request to this service that caused it. */
export interface EventCause {
  connection: ActivitySubject;
  requestId: string | null;
}

/** `endpoint.test` is sent on request only. */
export type WebhookEventType = WebhookEvent['type'] | 'endpoint.test';
