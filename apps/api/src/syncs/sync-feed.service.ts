import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { Problem } from '@causeway/problem';
import type { RecordStore, StoredRecord } from '@causeway/records';
import { credentialOf, type AuthorizationCheck, type Caller } from '../access/caller.js';
import { ConcurrencyLimit } from '../access/concurrency-limit.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { isoTime } from '../dto/iso-time.js';
import { Shutdown } from '../shutdown/shutdown.js';
import { openCursor, sealCursor } from '../store/sealed-cursor.js';
import type { SyncItemPage } from './sync.dto.js';
import type { ChangesQuery } from './sync-requests.dto.js';
import { openChange, SyncSeal } from './sync-records.js';
import type { FoundSync } from './syncs.service.js';

/** How soon a change is found by who waits for one: at first, and after it did not come for a while. */
const MIN_POLL_MS = 250;
const MAX_POLL_MS = 1_000;
/** Small enough that what is read is garbage before it is old: the heap grows by what survives. */
const STREAM_PAGE = 250;
/** Made, and written to the socket, at once. */
const PART_CHARACTERS = 64 * 1024;

/** Where a reader is in the feed. */
interface Position {
  sequence: number;
  /** The newest sequence number when the reader began without a cursor: it never had what was deleted up to there. */
  began: number;
}

type FeedCursor = [generation: string, sequence: number, began?: number];

/** Who may wait for a change. */
export interface WaitingReader {
  caller: Caller;
  isStillAuthorized: AuthorizationCheck;
  /** Aborted when the client has left. */
  closed: AbortController;
}

/** Reads what is known of a sync, without asking the provider. */
@Injectable()
export class SyncFeedService {
  private readonly limit;
  private readonly readers = new Set<WaitingReader>();

  constructor(
    private readonly keyring: Keyring,
    private readonly shutdown: Shutdown,
    @Inject(CONFIGURATION) { limits }: Configuration,
  ) {
    this.limit = new ConcurrencyLimit('waiting readers', [
      { name: 'this service', limit: limits.eventStreams },
      { name: 'this key or session', limit: limits.eventStreamsPerCredential },
      { name: 'this organization', limit: limits.eventStreamsPerOrganization },
    ] as const);
    // They come back, sooner or later to another process.
    shutdown.draining.addEventListener('abort', () => {
      for (const { closed } of this.readers) closed.abort();
    });
  }

  /** @returns the JSON of a `ChangePage` @throws Problem `invalid-request`, `cursor-too-old`, `too-many-requests`, `unauthenticated` */
  async page(
    records: RecordStore,
    sync: FoundSync,
    { limit, cursor, waitSeconds }: ChangesQuery,
    reader: WaitingReader,
  ): Promise<Buffer> {
    const { id, orgId } = sync.collection;
    const { sequence: after, began } = this.position(sync, cursor);
    const { blocks } = new SyncSeal(this.keyring, id);
    const read = () => records.changes(id, after, limit + 1, blocks);
    let found = await read();
    if (found.length === 0 && waitSeconds > 0) found = await this.wait(read, waitSeconds, orgId, reader);
    const page = found.slice(0, limit);
    const nextCursor = this.cursor(sync, { sequence: page.at(-1)?.sequence ?? after, began });
    const texts = partsOf(page, (record, at) => `${at === 0 ? '' : ','}${textOf(record)}`);
    // As one string it would be moved to the old generation of the heap, page after page.
    const parts = Array.from(texts, (text) => Buffer.from(text));
    const rest = JSON.stringify({ nextCursor, more: found.length > limit });
    return Buffer.concat([Buffer.from('{"changes":['), ...parts, Buffer.from(`],${rest.slice(1)}`)]);
  }

  /** All changes up to now as `application/x-ndjson`. @throws Problem as `page` */
  stream(records: RecordStore, sync: FoundSync, cursor: string | undefined): Readable {
    return Readable.from(this.lines(records, sync, this.position(sync, cursor).sequence), { objectMode: false });
  }

  async items(
    records: RecordStore,
    { collection: { id }, settings }: FoundSync,
    { type, limit, cursor }: { type?: string; limit: number; cursor?: string },
  ): Promise<SyncItemPage> {
    if (type !== undefined && !settings.types.includes(type)) {
      const detail = `has to be one of ${settings.types.join(', ')}`;
      throw new Problem('invalid-request', 'This sync does not keep items of this type.', {
        errors: [{ pointer: '?type', detail }],
      });
    }
    const list = `sync items ${id} ${type ?? ''}`;
    const after = cursor === undefined ? 0 : openCursor<number>(this.keyring, list, cursor);
    const found = await records.records(id, type ?? null, after, limit + 1, new SyncSeal(this.keyring, id).blocks);
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    const items = page.flatMap((record) => openChange(record).item ?? []);
    return { items, nextCursor: last === undefined ? null : sealCursor(this.keyring, list, last.sequence) };
  }

  private async wait(
    read: () => Promise<StoredRecord[]>,
    seconds: number,
    orgId: string,
    reader: WaitingReader,
  ): Promise<StoredRecord[]> {
    const release = this.limit.acquire(['', credentialOf(reader.caller), orgId]);
    this.readers.add(reader);
    const { signal } = reader.closed;
    const until = performance.now() + seconds * 1000;
    let found: StoredRecord[] = [];
    try {
      let pollMs = MIN_POLL_MS;
      while (found.length === 0 && performance.now() < until && !signal.aborted && !this.shutdown.draining.aborted) {
        await sleep(Math.min(pollMs, until - performance.now()), undefined, { signal }).catch(() => undefined);
        pollMs = Math.min(2 * pollMs, MAX_POLL_MS);
        found = await read();
      }
    } finally {
      this.readers.delete(reader);
      release();
    }
    if (found.length === 0 || (await reader.isStillAuthorized())) return found;
    throw new Problem('unauthenticated', 'This key was revoked, or this session has ended.');
  }

  private async *lines(records: RecordStore, sync: FoundSync, from: number): AsyncGenerator<string, void> {
    const { id, sequence } = sync.collection;
    const { blocks } = new SyncSeal(this.keyring, id);
    const read = (after: number) => {
      const page = records.changes(id, after, STREAM_PAGE, blocks);
      // Thrown where the page is wanted, if it ever is.
      page.catch(() => undefined);
      return page;
    };
    let next = from < sequence ? read(from) : null;
    while (next !== null) {
      const page: StoredRecord[] = await next;
      const changes = page.filter((record) => record.sequence <= sequence);
      const last = changes.at(-1);
      // What has changed since is among the changes after the end of this response.
      const isMore = changes.length === STREAM_PAGE && last !== undefined && last.sequence < sequence;
      next = isMore ? read(last.sequence) : null;
      yield* partsOf(changes, (record) => `{"change":${textOf(record)}}\n`);
    }
    const end = Math.max(from, sequence);
    yield `${JSON.stringify({ end: { nextCursor: this.cursor(sync, { sequence: end, began: end }) } })}\n`;
  }

  private cursor({ collection: { id, generation } }: FoundSync, { sequence, began }: Position): string {
    const cursor: FeedCursor = sequence >= began ? [generation, sequence] : [generation, sequence, began];
    return sealCursor(this.keyring, `sync changes ${id}`, cursor);
  }

  private position({ collection }: FoundSync, cursor: string | undefined): Position {
    const { id, deletesFrom } = collection;
    if (cursor === undefined) return { sequence: 0, began: collection.sequence };
    const opened = openCursor<FeedCursor | number>(this.keyring, `sync changes ${id}`, cursor);
    // Earlier versions gave the sequence number only, of a feed that is no more.
    const [generation, sequence, began = sequence] = typeof opened === 'number' ? (['', opened] as const) : opened;
    const known = Math.max(sequence, began);
    // Beyond the end: the store was put back from a copy that is older than the cursor.
    if (generation === collection.generation && known >= deletesFrom && known <= collection.sequence)
      return { sequence, began };
    throw new Problem('cursor-too-old', 'Read the feed from its beginning, without a cursor.');
  }
}

/** One text after the other, joined to parts of some size. */
function* partsOf<T>(values: readonly T[], textOf: (value: T, at: number) => string): Generator<string, void> {
  let part = '';
  for (const [at, value] of values.entries()) {
    part += textOf(value, at);
    if (part.length < PART_CHARACTERS) continue;
    yield part;
    part = '';
  }
  if (part !== '') yield part;
}

/** Of a `ChangeDto`: as it was stored, and its time. */
function textOf({ value, changedAt }: StoredRecord): string {
  return `${value.slice(0, -1)},"changedAt":"${isoTime(changedAt)}"}`;
}
