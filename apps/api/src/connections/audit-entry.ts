import type { Change } from '@causeway/store';
import type { ConnectionRecord } from './connection-record.js';
import type { Actor } from '../access/actor.js';

export const HAPPENING_TYPES = [
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

export type HappeningType = (typeof HAPPENING_TYPES)[number];

/** Something that was done with a connection. `detail` holds no secret: a provider's error code, the types of a load. */
export interface AuditEntry {
  type: HappeningType;
  detail?: string;
  actor: Actor;
}

/** As it is kept in the trail of its connection. */
export interface StoredHappening {
  type: HappeningType;
  at: number;
  actor: Actor;
  detail?: string;
}

type Append = NonNullable<Change['append']>[number];

const KEPT_OF_A_CONNECTION = 500;

export function trailOf(connectionId: string): string {
  return `trail:${connectionId}`;
}

/** When which actor was last seen doing what is noted once a minute only. */
export function recentKey(connectionId: string): string {
  return `recent:${connectionId}`;
}

export function trailEntry(connectionId: string, { type, detail, actor }: AuditEntry): Append {
  const stored: StoredHappening = { type, at: Date.now(), actor, ...(detail === undefined ? {} : { detail }) };
  return {
    log: trailOf(connectionId),
    entry: JSON.stringify(stored),
    keep: KEPT_OF_A_CONNECTION,
    ttlMs: null,
  };
}

export const FEED_EVENTS = [
  'connection.created',
  'connection.updated',
  'connection.needs-reconnect',
  'connection.deleted',
] as const;

export type FeedEvent = (typeof FEED_EVENTS)[number];

/** Names the connection and says nothing about it: what is known of it is looked up when the event is given out. */
export interface StoredFeedEvent extends Pick<ConnectionRecord, 'id' | 'orgId' | 'userId' | 'integration'> {
  event: FeedEvent;
}
