import { hash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { KeyValueStore } from '@causeway/store';
import type { ProviderEvent } from '../integrations/provider-webhook.js';
import { DueIndex } from '../store/due-index.js';
import type { SealedRecords } from '../store/sealed-records.js';
import { SEALED, sealedWebhooks } from '../webhooks/sealed-webhooks.js';

/** Events of one request, until everything that follows from them is done. Times are milliseconds since the epoch. */
export interface ReceivedWebhook {
  id: string;
  integration: string;
  events: readonly ProviderEvent[];
  receivedAt: number;
  /** When it is worked on. While it is, when another process begins again. */
  dueAt: number;
  failures: number;
}

const PARTITION = 'provider-webhooks';
/** Providers send what was not acknowledged again for a day, some for longer. */
const SEEN_MS = 3 * 24 * 60 * 60_000;
/** Of what no process can read. */
const KEEP_MS = 30 * 24 * 60 * 60_000;
/** How long after the crash of a process another one begins again. */
export const CLAIM_MS = 15_000;
const MAX_RACES = 10;

/** What was acknowledged to providers and is not done yet. */
@Injectable()
export class ReceivedWebhooks {
  private readonly sealed: SealedRecords;
  private readonly queue: DueIndex<ReceivedWebhook>;

  constructor(
    private readonly store: KeyValueStore,
    keyring: Keyring,
  ) {
    this.sealed = sealedWebhooks(store, keyring);
    this.queue = new DueIndex(store, this.sealed, 'received', keyOf);
  }

  /**
   * Keeps the events that did not come before: those with the same id and content are the same.
   * @returns how many were kept
   * @throws Problem `store-unavailable`; then the provider has to send them again
   */
  async add(integration: string, events: readonly ProviderEvent[]): Promise<number> {
    const named = new Map(events.map((event) => [seenKey(integration, event), event]));
    for (let race = 0; race < MAX_RACES; race += 1) {
      const names = [...named.keys()];
      const seen = await this.store.getMany(names.map((key) => ({ partition: PARTITION, key })));
      const fresh = names.filter((_, at) => seen[at] === null);
      if (fresh.length === 0) return 0;
      const now = Date.now();
      const received: ReceivedWebhook = {
        id: randomBytes(12).toString('hex'),
        integration,
        events: fresh.map((name) => named.get(name)).filter((event) => event !== undefined),
        receivedAt: now,
        dueAt: now,
        failures: 0,
      };
      const isKept = await this.store.commitIfUnchanged(PARTITION, {
        expect: fresh.map((key) => ({ key, value: null })),
        put: [...fresh.map((key) => ({ key, value: '1', ttlMs: SEEN_MS })), this.entryOf(received)],
        addToIndex: this.queue.entries(received.id, received),
      });
      if (isKept) return fresh.length;
    }
    return 0;
  }

  /** What is due, the earliest first, each for one caller only. */
  async claim(limit: number): Promise<ReceivedWebhook[]> {
    const now = Date.now();
    const due = await this.queue.due(PARTITION, now, limit);
    const claimed = await Promise.all(
      due.map(({ record, value }) => this.move(record, value, { dueAt: now + CLAIM_MS })),
    );
    return claimed.filter((received) => received !== null);
  }

  async done(received: ReceivedWebhook): Promise<void> {
    await this.store.commitIfUnchanged(PARTITION, {
      remove: [keyOf(received.id)],
      removeFromIndex: this.queue.entries(received.id, received),
    });
  }

  /** @returns `null`: another process has it now */
  extend(received: ReceivedWebhook): Promise<ReceivedWebhook | null> {
    return this.postpone(received, { dueAt: Date.now() + CLAIM_MS });
  }

  /** Nothing where another process has it now. */
  async postpone(
    received: ReceivedWebhook,
    change: Partial<Pick<ReceivedWebhook, 'dueAt' | 'failures'>>,
  ): Promise<ReceivedWebhook | null> {
    const ref = { partition: PARTITION, key: keyOf(received.id) };
    const value = await this.store.get(ref);
    const stored = value === null ? null : this.sealed.open<ReceivedWebhook>(ref, value);
    return value !== null && stored?.dueAt === received.dueAt ? this.move(stored, value, change) : null;
  }

  private async move(
    received: ReceivedWebhook,
    value: string,
    change: Partial<Pick<ReceivedWebhook, 'dueAt' | 'failures'>>,
  ): Promise<ReceivedWebhook | null> {
    const next = { ...received, ...change };
    const isMoved = await this.store.commitIfUnchanged(PARTITION, {
      expect: [{ key: keyOf(received.id), value }],
      put: [this.entryOf(next)],
      removeFromIndex: this.queue.entries(received.id, received),
      addToIndex: this.queue.entries(received.id, next),
    });
    return isMoved ? next : null;
  }

  private entryOf(received: ReceivedWebhook): { key: string; value: string; ttlMs: number } {
    const key = keyOf(received.id);
    return { key, value: this.sealed.seal({ partition: PARTITION, key }, received), ttlMs: KEEP_MS };
  }
}

function keyOf(id: string): string {
  return `${SEALED}received:${id}`;
}

function seenKey(integration: string, event: ProviderEvent): string {
  return `seen:${identityOf(integration, event)}`;
}

/** The same each time that the provider sends the event. */
export function identityOf(integration: string, { id, content }: ProviderEvent): string {
  return hash('sha256', JSON.stringify([integration, id, content]), 'base64url');
}
