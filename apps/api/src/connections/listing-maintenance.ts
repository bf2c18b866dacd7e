import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import { holdLease, Store } from '@causeway/store';
import { ConnectionFeed, feedOf, type StoredEvent } from './connection-feed.js';
import { DIRECTORY, idOfMember, type Index } from './connection-index.js';
import { connectionRef } from './connection-keys.js';
import {
  ConnectionListing,
  isListedAs,
  isStampCurrent,
  LISTING_STATE,
  stampOf,
  timeOfStamp,
} from './connection-listing.js';
import type { ConnectionRecord } from './connection-record.js';
import { partitionOfConnection } from '../store/partition.js';
import { ConnectionRepository } from './connection.repository.js';

const FEED = feedOf(undefined);
const LEASE = { partition: DIRECTORY.partition, key: 'lease:listing' };
const LEASE_MS = 30_000;
const INTERVAL_MS = 10_000;
const BATCH = 200;
/** The pauses between the batches of a pass: it leaves most of a core and of Redis to the requests. */
const PAUSE_SHARE = 1;
/** A change that is not committed after this time will not be: its member stands for nothing. */
const ABANDONED_MS = 10 * 60_000;
/** After the last change by a version that does not know the listing, of which members may be left. */
const CLEAN_UP_MS = 5 * 60_000;

/**
 * Makes the listing complete, and keeps it so beside versions that do not know it.
 *
 * The state in the store is a position in the feed of all organizations: everything up to it is listed. A process that starts looks at the
 * changes since, and lists what a version without the listing changed. If the feed no longer has all of them (nothing happened for an
 * hour, the store was restored, there is no state yet), a pass over all connections does it, by one process. It can be interrupted at any
 * point, and begins anew. Until then filtered lists read every connection, as they did before.
 */
@Injectable()
export class ListingMaintenance implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('ConnectionListing');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private position: number | null = null;
  private cleanUpAt = Infinity;
  private isShutDown = false;

  constructor(
    private readonly store: Store,
    private readonly listing: ConnectionListing,
    private readonly repository: ConnectionRepository,
    private readonly feed: ConnectionFeed,
  ) {}

  onApplicationBootstrap(): void {
    const next = () => {
      this.running = this.maintain().catch((error: unknown) => {
        // The store reports that itself.
        if (error instanceof Problem && error.slug === 'store-unavailable') return;
        this.logger.warn(`not maintained: ${error instanceof Error ? error.message : 'unknown'}`);
      });
      void this.running.finally(() => {
        if (!this.isShutDown) this.timer = setTimeout(next, INTERVAL_MS).unref();
      });
    };
    next();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isShutDown = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** @throws Problem `store-unavailable` */
  async maintain(): Promise<void> {
    const from = this.position ?? (await this.storedPosition());
    const newest = await this.newestNumber();
    const changes = from === null ? null : await this.changesBetween(from, newest);
    // While this process runs, only a flood of changes pushes some of them out before they are seen: other processes listed them.
    const mustPass = changes === null && !this.listing.isComplete;
    if (mustPass || Date.now() >= this.cleanUpAt) return this.passAlone(newest);
    for (const { id, isListed, hasAccount } of changes ?? []) {
      if (isListed === true && hasAccount === true) continue;
      await this.repository.listAnew(id);
      this.cleanUpAt = Date.now() + CLEAN_UP_MS;
    }
    if (newest !== from) await this.storePosition(newest);
    this.position = newest;
    this.listing.isComplete = true;
  }

  /** Nothing, if another process does it: its state is looked at next time. */
  private async passAlone(position: number): Promise<void> {
    await holdLease(this.store, LEASE, LEASE_MS, async () => {
      const began = performance.now();
      const { connections, relisted, removed } = await this.pass();
      if (this.isShutDown) return;
      await this.storePosition(position);
      this.position = position;
      this.cleanUpAt = Infinity;
      this.listing.isComplete = true;
      if (connections + removed > 0)
        this.logger.log(
          `${connections} connections are listed, ${relisted} of them anew, and ${removed} former entries removed, in ${Math.ceil(performance.now() - began)} ms`,
        );
    });
  }

  private async pass() {
    const count = { connections: 0, relisted: 0, removed: 0 };
    for await (const { records } of this.batchesOf(DIRECTORY)) {
      const found = records.filter((record) => record !== null);
      const changed = found.filter((record) => !isStampCurrent(record));
      await Promise.all(changed.map(({ id }) => this.repository.listAnew(id)));
      // A copy of the store that was made while others wrote may lack the member of a record.
      await this.listing.add(found.filter(isStampCurrent));
      count.connections += found.length;
      count.relisted += changed.length;
    }
    for (const index of await this.listing.indexes({}, null))
      for await (const { members, records } of this.batchesOf(index))
        for (const [at, member] of members.entries())
          if (await this.isFormer(member, records[at] ?? null)) {
            await this.listing.removeMember(index, member);
            count.removed += 1;
          }
    return count;
  }

  /** Whether the member stands for no record, or for what one was before. */
  private async isFormer(member: string, record: ConnectionRecord | null): Promise<boolean> {
    if (timeOfStamp(stampOf(member)) > Date.now() - ABANDONED_MS) return false;
    if (record !== null) return !isListedAs(record, member);
    const id = idOfMember(member);
    const partition = partitionOfConnection(id);
    // A record whose key this process lacks is there, and only rejects.
    return (
      partition === null ||
      this.store.get(connectionRef(partition, id)).then(
        (value) => value === null,
        () => false,
      )
    );
  }

  private async *batchesOf({ partition, index }: Index) {
    for (let before: string | undefined; !this.isShutDown;) {
      const began = performance.now();
      const members = await this.store.pageDescending(partition, index, { limit: BATCH, before });
      const refs = members.map(idOfMember).map((id) => connectionRef(partitionOfConnection(id) ?? '', id));
      const values = refs.length === 0 ? [] : await this.store.getMany(refs);
      yield {
        members,
        records: values.map((value) => (value === null ? null : (JSON.parse(value) as ConnectionRecord))),
      };
      if (members.length < BATCH) return;
      before = members.at(-1);
      await sleep((performance.now() - began) * PAUSE_SHARE, undefined, { ref: false });
    }
  }

  /** @returns `null` if the feed no longer has all of them */
  private async changesBetween(from: number, to: number): Promise<StoredEvent[] | null> {
    // A feed of another store, or of one whose clock was put back.
    if (from > to) return null;
    const changes: StoredEvent[] = [];
    for (let next = from + 1; next <= to;) {
      const entries = await this.store.logFrom(FEED.partition, FEED.log, next, BATCH);
      if (entries.length === 0 || entries.some(({ number }, at) => number !== next + at)) return null;
      changes.push(...entries.flatMap(({ entry }) => (JSON.parse(entry) as StoredEvent | null) ?? []));
      next += entries.length;
    }
    return changes;
  }

  private async newestNumber(): Promise<number> {
    const [newest] = await this.store.logBackwards(FEED.partition, FEED.log, 1);
    if (newest !== undefined) return newest.number;
    await this.feed.initialize(FEED);
    return this.newestNumber();
  }

  private async storedPosition(): Promise<number | null> {
    const state = await this.store.get(LISTING_STATE);
    const stored = state === null ? null : (JSON.parse(state) as { position: number; hasAccounts?: boolean });
    // A version that does not know the accounts wrote it.
    return stored?.hasAccounts === true ? stored.position : null;
  }

  private async storePosition(position: number): Promise<void> {
    const put = [{ key: LISTING_STATE.key, value: JSON.stringify({ position, hasAccounts: true }) }];
    await this.store.commitIfUnchanged(LISTING_STATE.partition, { put });
  }
}
