import { randomUUID } from 'node:crypto';
import type { AccountData } from '../core/account.js';
import type { Fields } from '../core/fields.js';
import type { ProviderEvent } from './webhook-rules.js';

/** How a provider writes what it would send as a webhook into its journal. */
export interface JournalRules {
  /** undefined: the journal has no such event. */
  eventOf(event: ProviderEvent, data: AccountData, now: number): Fields | undefined;
  uninstalled(data: AccountData, now: number): Fields;
  /** Whether a subscription is for the event. */
  covers(subscription: Fields, event: Fields): boolean;
}

export interface JournalSubscription {
  id: number;
  clientId: string;
  createdAt: number;
  /** As the app has asked for it. */
  fields: Fields;
}

export interface JournalEntry {
  offset: string;
  clientId: string;
  publishedAt: number;
  events: readonly Fields[];
  /** How often it was listed, and its file downloaded. */
  listings: number;
  downloads: number;
}

/** What the documentation leaves open, and what a test wants otherwise. */
export interface JournalSettings {
  /** The response after the last entry; 200 has an empty body. */
  atEnd: 200 | 204 | 404;
  /** Files are compressed; `unnamed`: without the header that says so. */
  gzip: 'no' | 'named' | 'unnamed';
  /** Entries point here instead. */
  fileUrl: string | null;
}

const DEFAULTS: JournalSettings = { atEnd: 204, gzip: 'no', fileUrl: null };
const RETENTION_MS = 3 * 86_400_000;

/** Events that apps read themselves, in entries with a file each. */
export class EventJournal {
  settings: JournalSettings = DEFAULTS;
  subscriptions: JournalSubscription[] = [];
  private entries: JournalEntry[] = [];
  private made = 0;

  subscribe(clientId: string, fields: Fields, now: number): JournalSubscription {
    const subscription = { id: 60_001_000 + ++this.made, clientId, createdAt: now, fields };
    this.subscriptions.push(subscription);
    return subscription;
  }

  unsubscribe(clientId: string, id: number): void {
    this.subscriptions = this.subscriptions.filter((one) => one.clientId !== clientId || one.id !== id);
  }

  /** One entry for each of these apps, with what its subscriptions are for. */
  publish(rules: JournalRules, clientIds: Iterable<string>, events: readonly Fields[], now: number): void {
    for (const clientId of new Set(clientIds)) {
      const own = this.subscriptions.filter((one) => one.clientId === clientId);
      const wanted = events.filter((event) => own.some(({ fields }) => rules.covers(fields, event)));
      if (wanted.length > 0) this.add(clientId, wanted, now);
    }
  }

  add(clientId: string, events: readonly Fields[], now: number): JournalEntry {
    const entry = { offset: randomUUID(), clientId, publishedAt: now, events, listings: 0, downloads: 0 };
    this.entries.push(entry);
    return entry;
  }

  /** Those that are kept, the oldest first. */
  of = (clientId: string | undefined, now: number): JournalEntry[] =>
    this.entries.filter(
      (entry) => (clientId === undefined || entry.clientId === clientId) && entry.publishedAt > now - RETENTION_MS,
    );

  /** As if it had expired. */
  forget(offset: string): number {
    const before = this.entries.length;
    this.entries = this.entries.filter((entry) => entry.offset !== offset);
    return before - this.entries.length;
  }

  find = (offset: string | undefined): JournalEntry | undefined =>
    this.entries.find((entry) => entry.offset === offset);

  reset(): void {
    this.settings = DEFAULTS;
    this.subscriptions = [];
    this.entries = [];
  }
}
