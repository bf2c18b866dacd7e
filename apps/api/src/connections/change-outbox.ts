import type { Change } from '@causeway/store';
import type { Actor } from '../access/actor.js';
import type { EventType } from './connection-feed.js';
import type { ConnectionRecord } from './connection-record.js';

/** What is to be told of a change to somebody outside: written in its commit, so that a crash loses nothing. */
export interface ChangeOutbox {
  /** Before the commit. @param actor who makes the change. @returns `null` if nobody is to be told */
  announce(
    event: EventType,
    record: ConnectionRecord,
    actor: Actor,
  ): Promise<{ put: NonNullable<Change['put']>; committed: () => void } | null>;
}
