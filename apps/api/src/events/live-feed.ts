import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { LogStore, type LogEntry } from '@causeway/store';
import { ConnectionDto } from '../connections/connection.dto.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import {
  ConnectionFeed,
  feedOf,
  TOPIC,
  type Feed,
  type FeedEvent,
  type StoredFeedEvent,
} from '../connections/connection-feed.js';

/** How long a hint that was lost delays an event, and how often a stream gives a sign of life. */
const BEAT_MS = 10_000;
const BATCH = 200;
/** Half of what a reader may leave unread: a longer replay would cut it off, each time that it came back for it. */
const LONGEST_REPLAY_BYTES = 2 * 1024 * 1024;

export interface LiveEvent {
  id: string;
  event: FeedEvent;
  owner: Pick<StoredFeedEvent, 'orgId' | 'userId' | 'integration'>;
  data: object;
}

/** Whoever follows a feed. Telling it something never waits: a reader that is slow is its own trouble. */
export interface Reader {
  /** Names its credential: readers with the same one come and go together. */
  readonly credential: string;
  /** Whether that still opens this route: a key may have been revoked, a session may have ended. @throws Problem `store-unavailable` */
  mayRead(): Promise<boolean>;
  event(event: LiveEvent): void;
  /** What came before `id` cannot be given any more. */
  reset(id: string): void;
  /** All is told up to `id`. */
  upTo(id: string): void;
  end(): void;
}

interface OpenFeed {
  feed: Feed;
  /** The number of the newest entry that was given to its readers. */
  position: number;
  readers: Set<Reader>;
  /** What is done with a feed is done one after the other. */
  turn: Promise<unknown>;
}

/** Follows the feeds that somebody of this process listens to: each is read once, whatever the number of readers. */
@Injectable()
export class LiveFeed implements BeforeApplicationShutdown {
  private readonly open = new Map<string, OpenFeed>();
  private beat: NodeJS.Timeout | undefined;
  private unsubscribe = () => {};
  private closed = false;

  constructor(
    private readonly store: LogStore,
    private readonly feed: ConnectionFeed,
    private readonly repository: ConnectionRepository,
  ) {}

  get readers(): number {
    return [...this.open.values()].reduce((sum, { readers }) => sum + readers.size, 0);
  }

  /** What it resolves with ends it. @throws Problem `store-unavailable`, and then the reader has been told nothing */
  async follow(orgId: string | undefined, lastEventId: string | undefined, reader: Reader): Promise<() => void> {
    this.listen();
    const feed = feedOf(orgId);
    const open = this.open.get(feed.log) ?? { feed, position: 0, readers: new Set(), turn: Promise.resolve() };
    this.open.set(feed.log, open);
    await inTurn(open, async () => {
      if (open.readers.size === 0) open.position = await this.newest(feed);
      else await this.readOn(open);
      if (lastEventId !== undefined) await this.replay(open, lastEventId, reader);
      reader.upTo(idOf(feed, open.position));
      open.readers.add(reader);
      this.open.set(feed.log, open);
    });
    if (this.closed) reader.end();
    return () => {
      open.readers.delete(reader);
      if (open.readers.size === 0) this.open.delete(feed.log);
    };
  }

  /** Before the server waits for the requests in flight: these would never end. */
  beforeApplicationShutdown(): void {
    this.closed = true;
    clearInterval(this.beat);
    this.unsubscribe();
    for (const { readers } of this.open.values()) for (const reader of [...readers]) reader.end();
  }

  private listen(): void {
    if (this.beat !== undefined || this.closed) return;
    this.unsubscribe = this.store.subscribe(TOPIC, (orgId) => {
      for (const { log } of [feedOf(orgId), feedOf(undefined)]) this.wake(this.open.get(log));
    });
    this.beat = setInterval(() => {
      for (const open of this.open.values()) this.wake(open, () => this.giveSignOfLife(open));
    }, BEAT_MS).unref();
  }

  /** The store may be away: the next beat tries again. */
  private wake(open: OpenFeed | undefined, then = async () => {}): void {
    if (open === undefined) return;
    inTurn(open, () => this.readOn(open).then(then)).catch(() => undefined);
  }

  private async giveSignOfLife(open: OpenFeed): Promise<void> {
    await letGo(open.readers);
    // A feed that has ended, since nothing happened for long, begins anew.
    open.position = Math.max(open.position, await this.newest(open.feed));
    for (const reader of open.readers) reader.upTo(idOf(open.feed, open.position));
  }

  private async newest(feed: Feed): Promise<number> {
    const { partition, log } = feed;
    const [newest] = await this.store.logBackwards(partition, log, 1);
    if (newest !== undefined) return newest.number;
    await this.feed.initialize(feed);
    return (await this.store.logBackwards(partition, log, 1))[0]?.number ?? 0;
  }

  private async readOn(open: OpenFeed): Promise<void> {
    const { feed, readers } = open;
    for (;;) {
      const entries = await this.store.logFrom(feed.partition, feed.log, open.position + 1, BATCH);
      const [first] = entries;
      if (first === undefined) return;
      const events = await this.eventsOf(feed, entries);
      await letGo(readers);
      if (first.number > open.position + 1) for (const reader of readers) reader.reset(idOf(feed, first.number - 1));
      open.position = entries.at(-1)?.number ?? open.position;
      for (const event of events) for (const reader of readers) reader.event(event);
      if (entries.length < BATCH) return;
    }
  }

  private async replay({ feed, position }: OpenFeed, lastEventId: string, reader: Reader): Promise<void> {
    const last = numberOf(feed, lastEventId);
    const missed: LiveEvent[] = [];
    let bytes = 0;
    for (let from = last; from !== null && from <= position;) {
      const entries = await this.store.logFrom(feed.partition, feed.log, from, BATCH);
      const [first] = entries;
      // The last one itself, or the one after it, is there: then all that came after it are.
      if (first === undefined || (from === last && first.number > last + 1)) break;
      const events = (await this.eventsOf(feed, entries)).filter(({ number }) => number > (last ?? 0));
      missed.push(...events);
      for (const { data } of events) bytes += JSON.stringify(data).length;
      if (bytes > LONGEST_REPLAY_BYTES) break;
      from = (entries.at(-1)?.number ?? position) + 1;
      if (from <= position) continue;
      for (const event of missed) reader.event(event);
      return;
    }
    reader.reset(idOf(feed, position));
  }

  /** As things are now: what is gone since has nothing to show but its end. */
  private async eventsOf(feed: Feed, entries: readonly LogEntry[]): Promise<(LiveEvent & { number: number })[]> {
    const stored = entries.flatMap(({ number, entry }) => {
      const event = JSON.parse(entry) as StoredFeedEvent | null;
      return event === null ? [] : [{ number, ...event }];
    });
    const ids = [...new Set(stored.map(({ id }) => id))];
    const found = new Map(await Promise.all(ids.map(async (id) => [id, await this.repository.find(id)] as const)));
    return stored.flatMap(({ number, event, id, orgId, userId, integration }) => {
      const owner = { orgId, userId, integration };
      const told = { id: idOf(feed, number), number, event, owner };
      if (event === 'connection.deleted') return [{ ...told, data: { id, ...owner } }];
      const connection = found.get(id) ?? null;
      if (connection === null) return [];
      const mended = event === 'connection.needs-reconnect' && connection.record.problem === null;
      return [
        { ...told, ...(mended ? { event: 'connection.updated' as const } : {}), data: ConnectionDto.of(connection) },
      ];
    });
  }
}

/** Ends those who may not read any more, before anybody is told anything. */
async function letGo(readers: ReadonlySet<Reader>): Promise<void> {
  const byCredential = new Map([...readers].map((reader) => [reader.credential, reader]));
  const over = new Set<string>();
  const looks = [...byCredential].map(async ([credential, reader]) => {
    if (!(await reader.mayRead())) over.add(credential);
  });
  await Promise.all(looks);
  for (const reader of readers) if (over.has(reader.credential)) reader.end();
}

function inTurn<T>(open: OpenFeed, work: () => Promise<T>): Promise<T> {
  const done = open.turn.then(work, work);
  open.turn = done.catch(() => undefined);
  return done;
}

function idOf({ name }: Feed, number: number): string {
  return `${name}-${number}`;
}

/** `null`: no id of this feed. */
function numberOf({ name }: Feed, id: string): number | null {
  const number = id.startsWith(`${name}-`) ? id.slice(name.length + 1) : '';
  return /^\d{1,15}$/.test(number) ? Number(number) : null;
}
