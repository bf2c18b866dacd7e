import { randomBytes } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { KeyValueStore, type Ref } from '@causeway/store';
import type { Actor } from '../access/actor.js';
import type { ChangeOutbox } from '../connections/change-outbox.js';
import { ConnectionDto } from '../connections/connection.dto.js';
import { ConnectionFeed, isStreamedEvent, type EventType } from '../connections/connection-feed.js';
import type { ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { isoTime } from '../dto/iso-time.js';
import { partitionOf } from '../store/partition.js';
import type { SealedRecords } from '../store/sealed-records.js';
import { Deliveries } from './deliveries.js';
import { KEEP_MS } from './delivery-schedule.js';
import { DeliveryWorker } from './delivery-worker.js';
import { hears, PARTITION, WebhookEndpoints } from './webhook-endpoints.js';
import { SEALED, sealedWebhooks } from './sealed-webhooks.js';
import type { EventCause, WebhookEvent } from './webhook-event.js';

const INDEX = 'outbox';
const SWEEP_MS = 2_000;
/** Younger ones are being told by the process that made the change. */
const ABANDONED_MS = 5_000;
/** Of a change that was announced, and not committed until then. */
const VOID_MS = 60_000;
const PAGE = 200;
const DIGITS = 13;

interface StoredEvent extends WebhookEvent {
  id: string;
  at: number;
}

/**
 * An event is announced in an index, then stored in the commit of the change, and then given to the endpoints. What a crash leaves in
 * between, another process finds by the index.
 */
@Injectable()
export class WebhookOutbox implements ChangeOutbox, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly sealed: SealedRecords;
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | null = null;
  /** Members of the index whose events this process gives to the endpoints now. */
  private readonly inDelivery = new Set<string>();
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly store: KeyValueStore,
    keyring: Keyring,
    private readonly repository: ConnectionRepository,
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: Deliveries,
    private readonly worker: DeliveryWorker,
    private readonly feed: ConnectionFeed,
  ) {
    this.sealed = sealedWebhooks(store, keyring);
    repository.tellTo(this);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.startSweep(), SWEEP_MS).unref();
    this.startSweep();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([this.sweeping, ...this.running]);
  }

  /**
   * Tells of something else than a change of the connection: the event streams and the endpoints in one commit.
   * @param id the `webhook-id`, for what may be told twice: each endpoint takes it once
   * @throws Problem `store-unavailable`; then nobody was told
   */
  async publish(type: WebhookEvent['type'], record: ConnectionRecord, data: object, id = newId()): Promise<void> {
    const told = await this.prepare({ type, orgId: record.orgId, data, cause: causeOf(record) }, id);
    const isStreamed = isStreamedEvent(type);
    if (told === null && !isStreamed) return;
    await this.store.commitIfUnchanged(partitionOf(record.orgId), {
      ...(told && { put: told.put }),
      ...(isStreamed && { append: this.feed.entries(type, record, data) }),
    });
    told?.committed();
    if (isStreamed) await this.feed.publish(type, record, data);
  }

  /** The `Connection` is that of the change, not of the delivery. */
  async announce(type: EventType, record: ConnectionRecord, actor: Actor) {
    if (!(await this.isHeard(type, record.orgId))) return null;
    const { lastUsedAt = null } = (await this.repository.find(record.id)) ?? {};
    const data = ConnectionDto.of({ record, lastUsedAt });
    return this.prepare({ type, orgId: record.orgId, data, cause: causeOf(record, actor) }, newId());
  }

  private async isHeard(type: WebhookEvent['type'], orgId: string): Promise<boolean> {
    return (await this.endpoints.list()).some((endpoint) => hears(endpoint, type, orgId));
  }

  private async prepare(event: WebhookEvent, id: string) {
    if (!(await this.isHeard(event.type, event.orgId))) return null;
    const stored = { ...event, id, at: Date.now() };
    const partition = partitionOf(event.orgId);
    const member = `${String(stored.at).padStart(DIGITS, '0')}.${partition}.${id}`;
    await this.store.commitIfUnchanged(PARTITION, { addToIndex: [{ index: INDEX, member }] });
    const value = this.sealed.seal({ partition, key: keyOf(id) }, stored);
    return {
      put: [{ key: keyOf(id), value, ttlMs: KEEP_MS }],
      committed: () => this.start(this.deliver(stored, member)),
    };
  }

  /** May run twice: an endpoint takes each message once. */
  private async deliver(event: StoredEvent, member: string): Promise<void> {
    if (this.inDelivery.has(member)) return;
    this.inDelivery.add(member);
    try {
      await this.give(event);
      await this.withdraw(member);
    } finally {
      this.inDelivery.delete(member);
    }
  }

  private async give({ id, type, orgId, data, at, cause }: StoredEvent): Promise<void> {
    const body = JSON.stringify({ type, timestamp: isoTime(at), data });
    const hearing = (await this.endpoints.list()).filter((endpoint) => hears(endpoint, type, orgId));
    await Promise.all(
      hearing.map(({ id: endpointId, disabled }) =>
        this.deliveries.add(endpointId, {
          id,
          event: type,
          body,
          createdAt: at,
          // It is kept for `recover`.
          status: disabled ? 'failed' : 'pending',
          attempts: [],
          failures: 0,
          dueAt: disabled ? null : Date.now(),
          isClaimed: false,
          cause,
        }),
      ),
    );
    this.worker.wake();
    await this.store.commitIfUnchanged(partitionOf(orgId), { remove: [keyOf(id)] });
  }

  /** One at a time: while the store is slow, they would only add to what it has to do. */
  private startSweep(): void {
    this.sweeping ??= this.sweep()
      .catch(() => undefined)
      .finally(() => {
        this.sweeping = null;
      });
  }

  private async sweep(): Promise<void> {
    const now = Date.now();
    let before: string | undefined = String(now - ABANDONED_MS).padStart(DIGITS, '0');
    for (;;) {
      const members: string[] = await this.store.pageDescending(PARTITION, INDEX, { before, limit: PAGE });
      if (members.length === 0) return;
      const abandoned = members.filter((member) => !this.inDelivery.has(member));
      const values = await this.store.getMany(abandoned.map(refOf));
      for (const [at, member] of abandoned.entries()) await this.resume(member, values[at] ?? null, now);
      before = members.at(-1);
      if (members.length < PAGE) return;
    }
  }

  private async resume(member: string, value: string | null, now: number): Promise<void> {
    const ref = refOf(member);
    const event = value === null ? null : this.sealed.open<StoredEvent>(ref, value);
    if (event !== null) return this.deliver(event, member);
    if (value !== null || now - Number(member.slice(0, DIGITS)) <= VOID_MS) return;
    // One that was stored with a key which is not configured keeps none of the others waiting.
    const isGone = await this.store.get(ref).then(
      (stored) => stored === null,
      () => false,
    );
    if (isGone) await this.withdraw(member);
  }

  private async withdraw(member: string): Promise<void> {
    await this.store.commitIfUnchanged(PARTITION, { removeFromIndex: [{ index: INDEX, member }] });
  }

  /** What fails now, a later sweep does. */
  private start(work: Promise<void>): void {
    const settled = work.catch(() => undefined).finally(() => this.running.delete(settled));
    this.running.add(settled);
  }
}

function causeOf({ id, orgId, userId, integration }: ConnectionRecord, actor?: Actor): EventCause {
  return { connection: { id, orgId, userId, integration }, requestId: actor?.usage?.requestId ?? null };
}

function newId(): string {
  return `msg_${randomBytes(16).toString('hex')}`;
}

/** Of the event that a member of the index announces. */
function refOf(member: string): Ref {
  const [, partition = '', id = ''] = member.split('.');
  return { partition, key: keyOf(id) };
}

function keyOf(id: string): string {
  return `${SEALED}event:${id}`;
}
