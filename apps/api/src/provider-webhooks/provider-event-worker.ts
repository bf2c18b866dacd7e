import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Shutdown } from '../shutdown/shutdown.js';
import { Tracing } from '../tracing/tracing.js';
import { ProviderEvents } from './provider-events.js';
import { CLAIM_MS, ReceivedWebhooks, type ReceivedWebhook } from './received-webhooks.js';

const POLL_MS = 1_000;
const CONCURRENCY = 16;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** After that the next full passes of the syncs find what was not taken over. */
const GIVE_UP_MS = 24 * 60 * 60_000;

/** Works on what providers have sent, in every process. */
@Injectable()
export class ProviderEventWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('ProviderWebhooks');
  private readonly running = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private claiming: Promise<void> | null = null;
  private isWanted = false;

  constructor(
    private readonly received: ReceivedWebhooks,
    private readonly events: ProviderEvents,
    private readonly shutdown: Shutdown,
    private readonly tracing: Tracing,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), POLL_MS).unref();
    this.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all([this.claiming, ...this.running]);
  }

  wake(): void {
    if (this.shutdown.draining.aborted) return;
    this.isWanted = true;
    // While the store is unavailable, the next poll tries again.
    this.claiming ??= this.claimAll()
      .catch(() => undefined)
      .finally(() => {
        this.claiming = null;
        if (this.isWanted && this.running.size < CONCURRENCY) this.wake();
      });
  }

  private async claimAll(): Promise<void> {
    while (this.isWanted && !this.shutdown.draining.aborted) {
      this.isWanted = false;
      const free = CONCURRENCY - this.running.size;
      if (free <= 0) return;
      const claimed = await this.received.claim(free);
      for (const received of claimed) this.start(received);
      if (claimed.length === free) this.isWanted = true;
    }
  }

  private start(received: ReceivedWebhook): void {
    const work = this.tracing
      .asJob('provider-webhook', () => this.work(received))
      .catch(() => undefined)
      .finally(() => {
        this.running.delete(work);
        this.wake();
      });
    this.running.add(work);
  }

  private async work(claimed: ReceivedWebhook): Promise<void> {
    const { integration, receivedAt, failures } = claimed;
    let received = claimed;
    let extending = Promise.resolve();
    const timer = setInterval(() => {
      extending = this.received.extend(received).then(
        (extended) => void (received = extended ?? received),
        () => undefined,
      );
    }, CLAIM_MS / 3);
    const outcome = await this.events
      .process(claimed)
      .catch((error: unknown) => (error instanceof Error ? error : new Error('unknown')));
    clearInterval(timer);
    await extending;
    if (outcome === true) return this.received.done(received);
    if (outcome instanceof Error) {
      const isOver = Date.now() - receivedAt > GIVE_UP_MS;
      const what = isOver ? 'given up after a day' : 'done again later';
      this.logger.warn(`${what}: a webhook of ${integration}: ${outcome.message}`);
      if (isOver) return this.received.done(received);
    }
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
    await this.received.postpone(received, { dueAt: Date.now() + pauseMs, failures: failures + 1 });
  }
}
