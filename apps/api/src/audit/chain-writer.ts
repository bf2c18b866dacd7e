import { setTimeout as sleep } from 'node:timers/promises';
import type { Keyring } from '@causeway/crypto';
import { Problem } from '@causeway/problem';
import type { Store } from '@causeway/store';
import { SERVICE } from '../access/actor.js';
import type { AuditEvent } from './audit-event.js';
import { decodeEntry, encodeEntry, hashOfEntry, newEntry, NO_HASH, type NumberedEntry } from './chain-entry.js';
import { HEAD, LOG, openHead, PARTITION, sealHead, type ChainHead } from './chain-head.js';

/** What is kept of the chain. */
export interface ChainBounds {
  entries: number;
  days: number;
}

export interface TimedEvent extends AuditEvent {
  /** Milliseconds since the epoch. */
  at: number;
}

/** The head as this process knows it; another process may have changed it since. */
interface KnownHead {
  /** As stored; `null`: there is none. */
  sealed: string | null;
  head: ChainHead;
  /** Why entries are missing before the next one, which then says so. */
  broken: string | null;
}

const DAY_MS = 86_400_000;
const MAX_RACES = 50;
const MAX_RACE_WAIT_MS = 40;
/** How often entries are looked for that are too old, and how many at a time. */
const EXPIRY_INTERVAL_MS = 10 * 60_000;
const EXPIRY_PAGE = 1_000;

/**
 * Appends to the chain by compare-and-set on its head: of several processes one wins, and the others link their entries to its.
 * One call at a time.
 */
export class ChainWriter {
  private known: KnownHead | null = null;
  /** The greatest number that this process has seen: the chain never gets shorter at its end. */
  private seen = 0;
  private expiredAt = -Infinity;

  constructor(
    private readonly store: Store,
    private readonly keyring: Keyring,
    private readonly bounds: ChainBounds,
  ) {}

  /** @throws Problem `store-unavailable`; the events may have been stored all the same */
  async append(events: readonly TimedEvent[]): Promise<void> {
    for (let race = 0; race < MAX_RACES; race += 1) {
      const known = this.known ?? (await this.readHead());
      this.known = null;
      const now = Date.now();
      const oldest = now - this.expiredAt >= EXPIRY_INTERVAL_MS ? await this.oldestToKeep(known.head, now) : 0;
      const entries = link(known.head, withBreak(known, events, now));
      const newest = entries.at(-1);
      if (newest === undefined) return;
      const { number } = newest;
      const first = Math.max(known.head.first, oldest, number - this.bounds.entries + 1);
      const head = { number, hash: hashOfEntry(newest), first };
      const sealed = sealHead(this.keyring, head);
      const keep = number - first + 1;
      const isAppended = await this.store.commitIfUnchanged(PARTITION, {
        expect: [{ key: HEAD, value: known.sealed }],
        put: [{ key: HEAD, value: sealed }],
        append: entries.map((entry) => ({ log: LOG, entry: encodeEntry(entry), keep, ttlMs: null })),
      });
      if (isAppended) {
        this.known = { sealed, head, broken: null };
        this.seen = number;
        return;
      }
      await sleep(Math.random() * Math.min(MAX_RACE_WAIT_MS, 2 ** race));
    }
    throw new Problem('store-unavailable', 'Too many processes write to the audit log at the same time. Try again.');
  }

  private async readHead(): Promise<KnownHead> {
    const sealed = await this.store.get({ partition: PARTITION, key: HEAD });
    const head = sealed === null ? null : openHead(this.keyring, sealed);
    if (head !== null) {
      const isShorter = head.number < this.seen;
      const broken = isShorter ? `the entries after aud_${head.number} up to aud_${this.seen} are missing` : null;
      this.seen = Math.max(this.seen, head.number);
      return { sealed, head: { ...head, number: this.seen }, broken };
    }
    const [newest] = await this.store.logBackwards(PARTITION, LOG, 1);
    const entry = newest === undefined ? null : decodeEntry(newest.entry);
    const number = Math.max(this.seen, entry?.number ?? 0, Date.now() - 1);
    return {
      sealed,
      head: { number, hash: entry === null ? NO_HASH : hashOfEntry(entry), first: number + 1 },
      broken:
        sealed === null && newest === undefined && this.seen === 0
          ? null
          : `the head was ${sealed === null ? 'missing' : 'changed, or sealed with a key that is not configured'}`,
    };
  }

  /** The number of the oldest entry within `days`. */
  private async oldestToKeep(head: ChainHead, now: number): Promise<number> {
    const expired = now - this.bounds.days * DAY_MS;
    const oldest = await this.store.logFrom(PARTITION, LOG, 0, EXPIRY_PAGE);
    const entries = oldest.map(({ entry }) => decodeEntry(entry));
    const kept = entries.findIndex((entry) => entry === null || entry.at >= expired);
    // Of a full page of old entries there may be more: with the next entries.
    if (kept >= 0 || entries.length < EXPIRY_PAGE) this.expiredAt = now;
    return kept >= 0 ? (entries[kept]?.number ?? head.first) : (entries.at(-1)?.number ?? head.number) + 1;
  }
}

function withBreak({ broken }: KnownHead, events: readonly TimedEvent[], at: number): readonly TimedEvent[] {
  return broken === null ? events : [{ type: 'chain-restarted', actor: SERVICE, detail: broken, at }, ...events];
}

function link({ number, hash }: ChainHead, events: readonly TimedEvent[]): NumberedEntry[] {
  const entries: NumberedEntry[] = [];
  let previousHash = hash;
  for (const event of events) {
    const entry = newEntry(number + entries.length + 1, event.at, event, previousHash);
    entries.push(entry);
    previousHash = hashOfEntry(entry);
  }
  return entries;
}
