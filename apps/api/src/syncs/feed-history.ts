import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Collection, RecordStore } from '@causeway/records';
import { KeyValueStore, type Ref } from '@causeway/store';
import { partitionOf } from '../store/partition.js';
import { RECORD_STORE } from '../store/record-store.module.js';

const PREFIX = 'feed:';
/** A feed without a change for so long is one that this process knows nothing of. */
const KEPT_MS = 400 * 24 * 60 * 60_000;

type Feed = Pick<Collection, 'id' | 'orgId' | 'generation' | 'sequence'>;

/**
 * Remembers, beside the connections, how far the feed of each sync has come. A record store that is behind that was put back from an older
 * copy: its next changes get sequence numbers that readers have seen with other changes, so that their cursors have to end first.
 */
@Injectable()
export class FeedHistory {
  private readonly logger = new Logger('Syncs');

  constructor(
    @Inject(RECORD_STORE) private readonly records: RecordStore | null,
    private readonly store: KeyValueStore,
  ) {}

  /** Before changes are written, under the lease. @throws Problem `store-unavailable` */
  async verify(collection: Feed): Promise<void> {
    const { id, generation, sequence } = collection;
    const known = await this.read(collection);
    if (known === null || (known.generation === generation && known.sequence <= sequence)) return;
    await this.records?.renewGeneration(id);
    const renewed = await this.records?.find(id);
    if (renewed != null) await this.write(renewed);
    this.logger.warn(
      `${id}: the record store was put back from an older copy, or begun anew by an update; readers of the feed begin anew`,
    );
  }

  /** After changes were written. @throws Problem `store-unavailable` */
  async remember(id: string): Promise<void> {
    const feed = await this.records?.find(id);
    if (feed == null) return;
    const known = await this.read(feed);
    if (known?.generation !== feed.generation || known.sequence < feed.sequence) await this.write(feed);
  }

  async forget({ id, orgId }: Pick<Feed, 'id' | 'orgId'>): Promise<void> {
    const { partition, key } = refOf({ id, orgId });
    await this.store.commitIfUnchanged(partition, { remove: [key] });
  }

  private async read(feed: Feed): Promise<Pick<Feed, 'generation' | 'sequence'> | null> {
    const text = await this.store.get(refOf(feed));
    return text === null ? null : (JSON.parse(text) as Pick<Feed, 'generation' | 'sequence'>);
  }

  private async write(feed: Feed): Promise<void> {
    const { partition, key } = refOf(feed);
    const { generation, sequence } = feed;
    const value = JSON.stringify({ generation, sequence });
    await this.store.commitIfUnchanged(partition, { put: [{ key, value, ttlMs: KEPT_MS }] });
  }
}

function refOf({ id, orgId }: Pick<Feed, 'id' | 'orgId'>): Ref {
  return { partition: partitionOf(orgId), key: PREFIX + id };
}

/** It is of the record store beside which it stands. */
export function isFeedHistory({ key }: Pick<Ref, 'key'>): boolean {
  return key.startsWith(PREFIX);
}
