import { Injectable, Logger } from '@nestjs/common';
import { KeyValueStore, type Change } from '@causeway/store';
import { partitionOf, type ConnectionRecord } from './connection-record.js';
import type { FeedEvent, StoredFeedEvent } from './audit-entry.js';

/** A log of what became of connections: one for each organisation, and one of all. `name` stands in the ids of its events. */
export interface Feed {
  name: string;
  partition: string;
  log: string;
  keep: number;
}

/** A feed ends this long after its newest event. */
const TTL_MS = 60 * 60_000;
/** Processes tell each other here which feed has something new. */
export const NEWS = 'connections';

const OF_ALL: Feed = { name: 'all', partition: 'directory', log: 'feed', keep: 5_000 };

export function feedOf(orgId: string | undefined): Feed {
  if (orgId === undefined) return OF_ALL;
  const partition = partitionOf(orgId);
  return { name: partition, partition, log: `feed:${orgId}`, keep: 1_000 };
}

/** Writes the feeds that the live stream reads. */
@Injectable()
export class ConnectionFeed {
  private readonly logger = new Logger('ConnectionFeed');

  constructor(private readonly store: KeyValueStore) {}

  /** For the change itself: what is stored is in the feed of its organisation, and nothing else is. */
  entries(event: FeedEvent, record: ConnectionRecord): NonNullable<Change['append']> {
    return [appended(feedOf(record.orgId), stored(event, record))];
  }

  /** After the change. The feed of all organisations lives apart from them; what fails here has happened all the same. */
  async announce(event: FeedEvent, record: ConnectionRecord): Promise<void> {
    try {
      await this.store.commitIfUnchanged(OF_ALL.partition, {
        append: [appended(OF_ALL, stored(event, record))],
        publish: { topic: NEWS, message: record.orgId },
      });
    } catch {
      this.logger.warn(`the store went away before ${event} ${record.id} was told to those who listen`);
    }
  }

  /** An entry that nobody is shown: a feed has a newest event from then on. */
  async begin(feed: Feed): Promise<void> {
    await this.store.commitIfUnchanged(feed.partition, { append: [appended(feed, null)] });
  }
}

function stored(event: FeedEvent, { id, orgId, userId, integration }: ConnectionRecord): StoredFeedEvent {
  return { event, id, orgId, userId, integration };
}

function appended({ log, keep }: Feed, entry: StoredFeedEvent | null): NonNullable<Change['append']>[number] {
  return { log, entry: JSON.stringify(entry), keep, ttlMs: TTL_MS };
}
