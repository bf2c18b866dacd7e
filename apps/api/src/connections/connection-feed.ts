import { Injectable, Logger } from '@nestjs/common';
import { KeyValueStore, type Change } from '@causeway/store';
import { digest } from './connection-index.js';
import type { ConnectionRecord } from './connection-record.js';
import { partitionOf } from '../store/partition.js';

export const EVENT_TYPES = [
  'connection.created',
  'connection.updated',
  'connection.needs-reconnect',
  'connection.expiring',
  'connection.deleted',
  'sync.completed',
  'sync.failed',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

export function isStreamedEvent(type: string): type is EventType {
  return EVENT_TYPES.some((known) => known === type);
}

/** Names the connection only, whose state is looked up when the event is sent, or has data of its own. */
export interface StoredEvent extends Pick<ConnectionRecord, 'id' | 'orgId' | 'userId' | 'integration'> {
  event: EventType;
  data?: object;
  /** Not of versions that do not know `ConnectionListing`. */
  isListed?: true;
  /** Not of versions whose listing does not know the accounts. */
  hasAccount?: true;
}

/** A log of events, one for each organization and one for all of them. `name` is part of the event ids. */
export interface Feed {
  name: string;
  partition: string;
  log: string;
  keep: number;
}

/** A feed is deleted this long after its newest event. */
const TTL_MS = 60 * 60_000;
/** Its messages are the ids of organizations whose feed has a new event. */
export const TOPIC = 'connections';

const FEED = 'feed:';
const OF_ALL: Feed = { name: 'all', partition: 'directory', log: 'feed', keep: 5_000 };

export function feedOf(orgId: string | undefined): Feed {
  if (orgId === undefined) return OF_ALL;
  const partition = partitionOf(orgId);
  return { name: partition, partition, log: `${FEED}${digest([orgId])}`, keep: 1_000 };
}

export function isFeed(log: string): boolean {
  return log === OF_ALL.log || log.startsWith(FEED);
}

/** Writes the feeds that the event streams read. */
@Injectable()
export class ConnectionFeed {
  private readonly logger = new Logger('ConnectionFeed');

  constructor(private readonly store: KeyValueStore) {}

  /** For the commit that makes the change: the organization's feed has exactly the changes that are stored. */
  entries(event: EventType, record: ConnectionRecord, data?: object): NonNullable<Change['append']> {
    return [append(feedOf(record.orgId), event, record, data)];
  }

  /** After the commit. The feed of all organizations is in another partition; if this fails, the change is stored all the same. */
  async publish(event: EventType, record: ConnectionRecord, data?: object): Promise<void> {
    try {
      await this.store.commitIfUnchanged(OF_ALL.partition, {
        append: [append(OF_ALL, event, record, data)],
        publish: { topic: TOPIC, message: record.orgId },
      });
    } catch {
      this.logger.warn(`the store became unavailable before ${event} of ${record.id} was published`);
    }
  }

  /** Appends an entry that is never sent, so that the feed has a newest entry. */
  async initialize({ partition, log, keep }: Feed): Promise<void> {
    await this.store.commitIfUnchanged(partition, { append: [{ log, entry: 'null', keep, ttlMs: TTL_MS }] });
  }
}

function append(
  { log, keep }: Feed,
  event: EventType,
  { id, orgId, userId, integration }: ConnectionRecord,
  data: object | undefined,
): NonNullable<Change['append']>[number] {
  const entry: StoredEvent = {
    event,
    id,
    orgId,
    userId,
    integration,
    isListed: true,
    hasAccount: true,
    ...(data && { data }),
  };
  return { log, entry: JSON.stringify(entry), keep, ttlMs: TTL_MS };
}
