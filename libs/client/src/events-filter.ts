import type { ConnectionEvent } from './follow-connections.js';

export interface ConnectionEventsFilter {
  /** Default: all organizations that the client may read. */
  orgId?: string;
  /** Default: all users. */
  userId?: string;
}

const FIELDS = ['orgId', 'userId'] as const satisfies (keyof ConnectionEventsFilter)[];

/** Whether a stream with the filter `wide` has all events of a stream with the filter `narrow`. */
export const covers = (wide: ConnectionEventsFilter, narrow: ConnectionEventsFilter): boolean =>
  FIELDS.every((field) => wide[field] === undefined || wide[field] === narrow[field]);

/** The narrowest filter that covers both. */
export function widen(one: ConnectionEventsFilter, other: ConnectionEventsFilter): ConnectionEventsFilter {
  const same = FIELDS.filter((field) => one[field] !== undefined && one[field] === other[field]);
  return Object.fromEntries(same.map((field) => [field, one[field]]));
}

export const matches = (filter: ConnectionEventsFilter, event: ConnectionEvent): boolean =>
  event.event === 'reset' || covers(filter, event.connection);
