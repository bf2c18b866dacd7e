import { Injectable } from '@nestjs/common';
import { LogStore, type LogEntry } from '@causeway/store';
import { ConnectionDto } from '../connections/connection.dto.js';
import { isOwnedBy } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { Shutdown } from '../shutdown/shutdown.js';
import {
  ConnectionFeed,
  feedOf,
  TOPIC,
  type Feed,
  type EventType,
  type StoredEvent,
} from '../connections/connection-feed.js';

/** How often a stream without events sends a heartbeat, and how late an event is whose notification was lost. */
const HEARTBEAT_MS = 10_000;
const BATCH = 200;
/** Half of what a subscriber may leave unread: a longer replay would disconnect it, every time that it came back. */
const MAX_REPLAY_BYTES = 2 * 1024 * 1024;

export interface LiveEvent {
  id: string;
  event: EventType;
  owner: Pick<StoredEvent, 'orgId' | 'userId' | 'integration'>;
  data: object;
}

/** The methods that send must not wait: a slow subscriber would delay the others. */
export interface Subscriber {
  /** Subscribers with the same identity are checked, and disconnected, together. */
  readonly identity: string;
  /** @throws Problem `store-unavailable` */
  isStillAuthorized(): Promise<boolean>;
  sendEvent(event: LiveEvent): void;
  /** Events up to `id` may be missing. */
  sendReset(id: string): void;
  /** All events up to `id` were sent. */
  sendHeartbeat(id: string): void;
  disconnect(): void;
}

interface OpenFeed {
  feed: Feed;
  /** The number of the newest entry that the subscribers were sent. */
  position: number;
  subscribers: Set<Subscriber>;
  /** Settles with the newest task: the tasks of a feed run one after the other. */
  lastTask: Promise<unknown>;
}

/** Reads each feed that has subscribers in this process once, whatever their number. */
@Injectable()
export class LiveFeed {
  private readonly openFeeds = new Map<string, OpenFeed>();
  private heartbeat: NodeJS.Timeout | undefined;
  private unsubscribe = () => {};

  constructor(
    private readonly store: LogStore,
    private readonly connectionFeed: ConnectionFeed,
    private readonly repository: ConnectionRepository,
    private readonly shutdown: Shutdown,
  ) {
    shutdown.draining.addEventListener('abort', () => this.stop());
  }

  /** @returns what unsubscribes. @throws Problem `store-unavailable`; then the subscriber has been sent nothing */
  async subscribe(
    orgId: string | undefined,
    lastEventId: string | undefined,
    subscriber: Subscriber,
  ): Promise<() => void> {
    this.start();
    const feed = feedOf(orgId);
    const open = this.openFeeds.get(feed.log) ?? {
      feed,
      position: 0,
      subscribers: new Set(),
      lastTask: Promise.resolve(),
    };
    this.openFeeds.set(feed.log, open);
    await runNext(open, async () => {
      if (open.subscribers.size === 0) open.position = await this.newestNumber(feed);
      else await this.sendNewEvents(open);
      if (lastEventId !== undefined) await this.replay(open, lastEventId, subscriber);
      subscriber.sendHeartbeat(idOf(feed, open.position));
      open.subscribers.add(subscriber);
      this.openFeeds.set(feed.log, open);
    });
    if (this.shutdown.draining.aborted) subscriber.disconnect();
    return () => {
      open.subscribers.delete(subscriber);
      if (open.subscribers.size === 0) this.openFeeds.delete(feed.log);
    };
  }

  /** Streams would never end by themselves. Their clients come back, sooner or later to another process, and miss nothing. */
  private stop(): void {
    clearInterval(this.heartbeat);
    this.unsubscribe();
    for (const { subscribers } of this.openFeeds.values())
      for (const subscriber of [...subscribers]) subscriber.disconnect();
  }

  private start(): void {
    if (this.heartbeat !== undefined || this.shutdown.draining.aborted) return;
    this.unsubscribe = this.store.subscribe(TOPIC, (orgId) => {
      for (const { log } of [feedOf(orgId), feedOf(undefined)]) this.wake(this.openFeeds.get(log));
    });
    this.heartbeat = setInterval(() => {
      for (const open of this.openFeeds.values()) this.wake(open, () => this.sendHeartbeats(open));
    }, HEARTBEAT_MS).unref();
  }

  /** While the store is unavailable nothing is sent; the next heartbeat tries again. */
  private wake(open: OpenFeed | undefined, then = async () => {}): void {
    if (open === undefined) return;
    runNext(open, () => this.sendNewEvents(open).then(then)).catch(() => undefined);
  }

  private async sendHeartbeats(open: OpenFeed): Promise<void> {
    await disconnectUnauthorized(open.subscribers);
    // Begins a log anew that has expired, and sends what was appended since.
    await this.newestNumber(open.feed);
    await this.sendNewEvents(open);
    for (const subscriber of open.subscribers) subscriber.sendHeartbeat(idOf(open.feed, open.position));
  }

  private async newestNumber(feed: Feed): Promise<number> {
    const { partition, log } = feed;
    const [newest] = await this.store.logBackwards(partition, log, 1);
    if (newest !== undefined) return newest.number;
    await this.connectionFeed.initialize(feed);
    return (await this.store.logBackwards(partition, log, 1))[0]?.number ?? 0;
  }

  private async sendNewEvents(open: OpenFeed): Promise<void> {
    const { feed, subscribers } = open;
    for (;;) {
      const entries = await this.store.logFrom(feed.partition, feed.log, open.position + 1, BATCH);
      const [first] = entries;
      if (first === undefined) return;
      const events = await this.eventsOf(feed, entries);
      await disconnectUnauthorized(subscribers);
      const isGap = first.number > open.position + 1;
      if (isGap) for (const subscriber of subscribers) subscriber.sendReset(idOf(feed, first.number - 1));
      open.position = entries.at(-1)?.number ?? open.position;
      for (const event of events) for (const subscriber of subscribers) subscriber.sendEvent(event);
      if (entries.length < BATCH) return;
    }
  }

  private async replay({ feed, position }: OpenFeed, lastEventId: string, subscriber: Subscriber): Promise<void> {
    const last = numberOf(feed, lastEventId);
    const missed: LiveEvent[] = [];
    let bytes = 0;
    for (let from = last; from !== null && from <= position;) {
      const entries = await this.store.logFrom(feed.partition, feed.log, from, BATCH);
      const [first] = entries;
      // The log still has the last entry that was seen, or the one after it: then it has all that followed.
      if (first === undefined || (from === last && first.number > last + 1)) break;
      const events = (await this.eventsOf(feed, entries)).filter(({ number }) => number > (last ?? 0));
      missed.push(...events);
      for (const { data } of events) bytes += JSON.stringify(data).length;
      if (bytes > MAX_REPLAY_BYTES) break;
      from = (entries.at(-1)?.number ?? position) + 1;
      if (from <= position) continue;
      for (const event of missed) subscriber.sendEvent(event);
      return;
    }
    subscriber.sendReset(idOf(feed, position));
  }

  /** With the connections as they are now. A connection that has been deleted since has only its `connection.deleted`. */
  private async eventsOf(feed: Feed, entries: readonly LogEntry[]): Promise<(LiveEvent & { number: number })[]> {
    const stored = entries.flatMap(({ number, entry }) => {
      const event = JSON.parse(entry) as StoredEvent | null;
      return event === null ? [] : [{ number, ...event }];
    });
    const ids = [...new Set(stored.map(({ id }) => id))];
    const found = new Map(await Promise.all(ids.map(async (id) => [id, await this.repository.find(id)] as const)));
    return stored.flatMap(({ number, event, id, orgId, userId, integration, data }) => {
      const owner = { orgId, userId, integration };
      const common = { id: idOf(feed, number), number, event, owner };
      if (event === 'connection.deleted') return [{ ...common, data: { id, ...owner } }];
      const connection = found.get(id) ?? null;
      // The log is not authenticated: whose connection it is, the record says.
      if (connection === null || !isOwnedBy(connection.record, owner)) return [];
      if (data !== undefined) return [{ ...common, data }];
      const wasReconnected = event === 'connection.needs-reconnect' && connection.record.problem === null;
      return [{ ...common, event: wasReconnected ? 'connection.updated' : event, data: ConnectionDto.of(connection) }];
    });
  }
}

/** Called before anything is sent. */
async function disconnectUnauthorized(subscribers: ReadonlySet<Subscriber>): Promise<void> {
  const byIdentity = new Map([...subscribers].map((subscriber) => [subscriber.identity, subscriber]));
  const unauthorized = new Set<string>();
  const checks = [...byIdentity].map(async ([identity, subscriber]) => {
    if (!(await subscriber.isStillAuthorized())) unauthorized.add(identity);
  });
  await Promise.all(checks);
  for (const subscriber of subscribers) if (unauthorized.has(subscriber.identity)) subscriber.disconnect();
}

function runNext<T>(open: OpenFeed, task: () => Promise<T>): Promise<T> {
  const done = open.lastTask.then(task, task);
  open.lastTask = done.catch(() => undefined);
  return done;
}

function idOf({ name }: Feed, number: number): string {
  return `${name}-${number}`;
}

/** @returns `null` for an id of another feed */
function numberOf({ name }: Feed, id: string): number | null {
  const number = id.startsWith(`${name}-`) ? id.slice(name.length + 1) : '';
  return /^\d{1,15}$/.test(number) ? Number(number) : null;
}
