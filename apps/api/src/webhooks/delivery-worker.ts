import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HttpClient, UpstreamError } from '@causeway/http-client';
import { SERVICE } from '../access/actor.js';
import { ActivityLog } from '../activity/activity-log.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { Metrics } from '../metrics/metrics.js';
import { Shutdown } from '../shutdown/shutdown.js';
import { Deliveries, type Attempt, type DeliveryRecord, type StoredDelivery } from './deliveries.js';
import { DISABLE_AFTER_MS, KEEP_MS, nextAttempt } from './delivery-schedule.js';
import { isPrivateHost, publicLookup } from './public-address.js';
import { secretsOf, WebhookEndpoints, type EndpointRecord } from './webhook-endpoints.js';
import { signedHeaders } from './webhook-signature.js';

const ATTEMPT_MS = 15_000;
/** How long after the crash of a process its attempts are made again. */
const CLAIM_MS = 25_000;
const POLL_MS = 1_000;
const MAINTENANCE_MS = 60_000;
/** Attempts at one endpoint at the same time: one that does not respond takes nothing from the others. */
const PER_ENDPOINT = 10;
/** So many times what can be attempted is looked at, and some of it attempted, so that several processes seldom want the same. */
const SPREAD = 4;

/** Makes the attempts that are due, in every process. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Webhooks');
  private readonly http: HttpClient;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly inFlight = new Map<string, Set<string>>();
  private readonly running = new Set<Promise<unknown>>();
  private polling: Promise<void> | null = null;
  private isWanted = false;

  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly deliveries: Deliveries,
    private readonly activity: ActivityLog,
    private readonly metrics: Metrics,
    private readonly shutdown: Shutdown,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {
    this.http = new HttpClient(undefined, config.webhookPrivateAddresses ? undefined : publicLookup);
  }

  onApplicationBootstrap(): void {
    this.timers.push(setInterval(() => this.wake(), POLL_MS).unref());
    this.timers.push(setInterval(() => this.maintain(), MAINTENANCE_MS).unref());
    this.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all([this.polling, ...this.running]);
    await this.http.close();
  }

  wake(): void {
    this.isWanted = true;
    // While the store is unavailable, the next poll tries again.
    this.polling ??= this.poll()
      .catch(() => undefined)
      .finally(() => {
        this.polling = null;
      });
  }

  /** An attempt now, of a delivery that the caller has claimed. @returns the delivery after it */
  async attempt(endpoint: EndpointRecord, claimed: StoredDelivery): Promise<DeliveryRecord> {
    const { delivery } = claimed;
    const attempt = await this.send(endpoint, delivery);
    const { status } = attempt;
    const isDelivered = status !== null && status >= 200 && status < 300;
    const outcome = isDelivered ? 'delivered' : status === 410 ? 'gone' : status === null ? 'unreachable' : 'refused';
    this.metrics.webhookAttempts.inc({ outcome });
    this.recordActivity(endpoint, delivery, attempt);
    const [ended] = await Promise.all([
      this.deliveries.replace(endpoint.id, claimed, afterAttempt(delivery, attempt, isDelivered)),
      this.note(endpoint, isDelivered, status === 410),
    ]);
    return ended?.delivery ?? delivery;
  }

  static claim(delivery: DeliveryRecord): DeliveryRecord {
    return { ...delivery, dueAt: Date.now() + CLAIM_MS, isClaimed: true };
  }

  private async poll(): Promise<void> {
    while (this.isWanted && !this.shutdown.draining.aborted) {
      this.isWanted = false;
      await Promise.all((await this.endpoints.list()).map((endpoint) => this.pollOne(endpoint)));
    }
  }

  private async pollOne(found: EndpointRecord): Promise<void> {
    const now = Date.now();
    const isLost = !found.disabled && found.failingSince !== null && now - found.failingSince >= DISABLE_AFTER_MS;
    const endpoint = isLost ? await this.endpoints.disable(found, 'failing for five days') : found;
    const { id } = endpoint;
    if (endpoint.disabled) {
      for (const due of await this.deliveries.due(id, Infinity, 200))
        await this.deliveries.replace(id, due, givenUp(due.delivery));
      return;
    }
    const busy = this.inFlight.get(id) ?? new Set();
    this.inFlight.set(id, busy);
    const free = PER_ENDPOINT - busy.size;
    if (free <= 0) return;
    const due = await this.deliveries.due(id, now, busy.size + SPREAD * free);
    for (const found of shuffled(due.filter(({ delivery }) => !busy.has(delivery.id))).slice(0, free)) {
      const { id: deliveryId } = found.delivery;
      busy.add(deliveryId);
      const work = this.deliver(endpoint, found)
        .catch((error: unknown) => this.logger.warn(`${deliveryId}: ${error instanceof Error ? error.message : ''}`))
        .finally(() => {
          busy.delete(deliveryId);
          this.running.delete(work);
          this.wake();
        });
      this.running.add(work);
    }
  }

  private async deliver(endpoint: EndpointRecord, found: StoredDelivery): Promise<void> {
    const claimed = await this.deliveries.replace(endpoint.id, found, DeliveryWorker.claim(found.delivery));
    if (claimed !== null) await this.attempt(endpoint, claimed);
  }

  /** What the endpoint responds with is not read, and redirects are not followed. */
  private async send(endpoint: EndpointRecord, { id, body }: DeliveryRecord): Promise<Attempt> {
    const at = Date.now();
    const headers = {
      'content-type': 'application/json',
      ...signedHeaders(secretsOf(endpoint, at), { id, body, at }),
    };
    const deadline = AbortSignal.timeout(ATTEMPT_MS);
    try {
      if (!this.config.webhookPrivateAddresses) requirePublic(endpoint.url);
      const { status, body: ignored } = await this.http.stream({
        method: 'POST',
        url: endpoint.url,
        headers,
        body,
        timeoutMs: ATTEMPT_MS,
        signals: [deadline, this.shutdown.ending],
      });
      ignored.dump().catch(() => undefined);
      return { at, status, durationMs: Date.now() - at, error: null };
    } catch (error) {
      const reason = deadline.aborted ? 'timeout' : reasonOf(error);
      return { at, status: null, durationMs: Date.now() - at, error: reason };
    }
  }

  private async note(endpoint: EndpointRecord, isDelivered: boolean, isGone: boolean): Promise<void> {
    const now = Date.now();
    if (isGone) await this.endpoints.disable(endpoint, 'responded with 410');
    else
      await this.endpoints
        .update(endpoint.id, (record) => {
          if (isDelivered) return record.failingSince === null ? record : { ...record, failingSince: null };
          return record.failingSince === null ? { ...record, failingSince: now } : record;
        })
        // It may have been deleted meanwhile.
        .catch(() => undefined);
  }

  private recordActivity({ url }: EndpointRecord, { cause, event, attempts }: DeliveryRecord, attempt: Attempt): void {
    if (cause === undefined) return;
    const { requestId, connection } = cause;
    const actor = { ...SERVICE, ...(requestId !== null && { usage: { requestId } }) };
    const { status, durationMs, error } = attempt;
    this.activity.record(connection, actor, {
      kind: 'delivery',
      method: 'POST',
      path: new URL(url).host,
      status: status ?? undefined,
      durationMs,
      retries: attempts.length,
      detail: error === null ? event : `${event}: ${error}`,
    });
  }

  private maintain(): void {
    const work = async () => {
      let pending = 0;
      for (const { id } of await this.endpoints.list()) {
        await this.deliveries.forget(id, Date.now() - KEEP_MS);
        pending += await this.deliveries.pending(id);
      }
      this.metrics.webhooksPending.set(pending);
    };
    work().catch(() => undefined);
  }
}

function afterAttempt(delivery: DeliveryRecord, attempt: Attempt, isDelivered: boolean): DeliveryRecord {
  const attempts = [...delivery.attempts, attempt];
  const ended = { ...delivery, attempts, isClaimed: false };
  if (isDelivered) return { ...ended, status: 'delivered', failures: 0, dueAt: null };
  const failures = delivery.failures + 1;
  const dueAt = attempt.status === 410 ? null : nextAttempt(failures, Date.now());
  return { ...ended, failures, dueAt, status: dueAt === null ? 'failed' : 'pending' };
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ value }) => value);
}

function givenUp(delivery: DeliveryRecord): DeliveryRecord {
  return { ...delivery, status: 'failed', dueAt: null, isClaimed: false };
}

function requirePublic(url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' || isPrivateHost(hostname)) throw new Error('not a public https address');
}

/** Nothing that the other side sent. */
function reasonOf(error: unknown): string {
  if (error instanceof UpstreamError) return error.reason === 'timeout' ? 'timeout' : 'no response';
  return error instanceof Error ? error.message : 'no response';
}
