import { Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { KeyValueStore } from '@causeway/store';
import { DueIndex } from '../store/due-index.js';
import type { SealedRecords } from '../store/sealed-records.js';
import { KEEP_MS } from './delivery-schedule.js';
import { SEALED, sealedWebhooks } from './sealed-webhooks.js';
import type { EventCause, WebhookEventType } from './webhook-event.js';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;

export interface Attempt {
  at: number;
  status: number | null;
  durationMs: number;
  error: string | null;
}

/** A message for one endpoint; its id is the `webhook-id`. Times are milliseconds since the epoch. */
export interface DeliveryRecord {
  id: string;
  event: WebhookEventType;
  /** Sent as it is, in every attempt. */
  body: string;
  createdAt: number;
  status: (typeof DELIVERY_STATUSES)[number];
  attempts: readonly Attempt[];
  /** Attempts in a row that failed since it was last asked for. */
  failures: number;
  /** Of a pending one: when it is due. While an attempt is made, when another process makes it again. */
  dueAt: number | null;
  isClaimed: boolean;
  /** Not of `endpoint.test`, and of versions that do not know it. */
  cause?: EventCause;
}

/** As it was read or written: what is changed next is exactly that. */
export interface StoredDelivery {
  delivery: DeliveryRecord;
  value: string;
}

const ALL = 'deliveries';
const MAX_ATTEMPTS_KEPT = 50;

/** Each endpoint has a partition of its own. */
@Injectable()
export class Deliveries {
  private readonly sealed: SealedRecords;
  private readonly queue: DueIndex<DeliveryRecord>;

  constructor(
    private readonly store: KeyValueStore,
    keyring: Keyring,
  ) {
    this.sealed = sealedWebhooks(store, keyring);
    this.queue = new DueIndex(store, this.sealed, 'due', keyOf);
  }

  /** Does nothing if the endpoint has this message already. */
  async add(endpointId: string, delivery: DeliveryRecord): Promise<StoredDelivery> {
    const key = keyOf(delivery.id);
    const value = this.seal(endpointId, delivery);
    await this.store.commitIfUnchanged(partitionOf(endpointId), {
      expect: [{ key, value: null }],
      put: [{ key, value, ttlMs: KEEP_MS }],
      addToIndex: [{ index: ALL, member: memberOf(delivery) }, ...this.queue.entries(delivery.id, delivery)],
    });
    return { delivery, value };
  }

  async find(endpointId: string, id: string): Promise<DeliveryRecord | null> {
    const value = await this.store.get({ partition: partitionOf(endpointId), key: keyOf(id) });
    return value === null ? null : this.open(endpointId, id, value);
  }

  /** By compare-and-set. @returns `null` if it is gone, was changed meanwhile, or `change` returned `null` */
  async change(
    endpointId: string,
    id: string,
    change: (delivery: DeliveryRecord) => DeliveryRecord | null,
  ): Promise<DeliveryRecord | null> {
    const value = await this.store.get({ partition: partitionOf(endpointId), key: keyOf(id) });
    const delivery = value === null ? null : this.open(endpointId, id, value);
    const next = delivery === null ? null : change(delivery);
    if (value === null || delivery === null || next === null) return null;
    return (await this.replace(endpointId, { delivery, value }, next))?.delivery ?? null;
  }

  /** Without reading it again. @returns `null` if it is gone, or was changed meanwhile */
  async replace(
    endpointId: string,
    { delivery: known, value: before }: StoredDelivery,
    after: DeliveryRecord,
  ): Promise<StoredDelivery | null> {
    const { id } = known;
    const key = keyOf(id);
    const delivery = { ...after, attempts: after.attempts.slice(-MAX_ATTEMPTS_KEPT) };
    const value = this.seal(endpointId, delivery);
    const isChanged = await this.store.commitIfUnchanged(partitionOf(endpointId), {
      expect: [{ key, value: before }],
      put: [{ key, value, ttlMs: 'keep' }],
      removeFromIndex: this.queue.entries(id, known),
      addToIndex: this.queue.entries(id, delivery),
    });
    return isChanged ? { delivery, value } : null;
  }

  /** What is due by then, the earliest first. */
  async due(endpointId: string, by: number, limit: number): Promise<StoredDelivery[]> {
    const due = await this.queue.due(partitionOf(endpointId), by, limit);
    return due.map(({ record, value }) => ({ delivery: record, value }));
  }

  pending(endpointId: string): Promise<number> {
    return this.store.countMembers(partitionOf(endpointId), this.queue.name);
  }

  /** Newest first. `next` is `null` after the oldest one. */
  async page(
    endpointId: string,
    { before, limit }: { before: string | undefined; limit: number },
  ): Promise<{ deliveries: (StoredDelivery & { member: string })[]; next: string | null }> {
    const partition = partitionOf(endpointId);
    const members = await this.store.pageDescending(partition, ALL, { limit, before });
    const values = await this.store.getMany(members.map((member) => ({ partition, key: keyOf(idOf(member)) })));
    const deliveries = members.flatMap((member, at) => {
      const value = values[at] ?? null;
      const delivery = value === null ? null : this.open(endpointId, idOf(member), value);
      return value === null || delivery === null ? [] : [{ member, delivery, value }];
    });
    return { deliveries, next: members.length < limit ? null : (members.at(-1) ?? null) };
  }

  /** Those that were made before, with everything that is kept of them. */
  async forget(endpointId: string, madeBefore: number): Promise<void> {
    const partition = partitionOf(endpointId);
    const before = memberOf({ createdAt: madeBefore, id: '' });
    for (;;) {
      const members = await this.store.pageDescending(partition, ALL, { limit: 500, before });
      if (members.length === 0) return;
      await this.store.commitIfUnchanged(partition, {
        remove: members.map((member) => keyOf(idOf(member))),
        removeFromIndex: members.map((member) => ({ index: ALL, member })),
      });
    }
  }

  private seal(endpointId: string, delivery: DeliveryRecord): string {
    return this.sealed.seal({ partition: partitionOf(endpointId), key: keyOf(delivery.id) }, delivery);
  }

  /** `null` also for one that was sealed with a key which is not configured. */
  private open(endpointId: string, id: string, value: string): DeliveryRecord | null {
    return this.sealed.open<DeliveryRecord>({ partition: partitionOf(endpointId), key: keyOf(id) }, value);
  }
}

function partitionOf(endpointId: string): string {
  return `webhooks.${endpointId}`;
}

function keyOf(id: string): string {
  return `${SEALED}delivery:${id}`;
}

function memberOf({ createdAt, id }: Pick<DeliveryRecord, 'createdAt' | 'id'>): string {
  return `${String(createdAt).padStart(13, '0')}.${id}`;
}

function idOf(member: string): string {
  return member.slice(14);
}
