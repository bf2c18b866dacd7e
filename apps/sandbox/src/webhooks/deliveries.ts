import { PROVIDER_IDS, type ProviderId } from '../core/provider-id.js';
import { post, type PostResult } from './post.js';

export interface SentWebhook {
  id: string;
  integration: ProviderId;
  account: string;
  url: string;
  at: string;
  /** 1 is the first; higher ones are retries. */
  attempt: number;
  headers: Record<string, string>;
  /** As it was sent. */
  body: string;
  /** null: no response came. */
  status: number | null;
  durationMs: number;
  error: string | null;
  /** The beginning of the response. */
  response: string;
}

export interface WebhookMessage {
  headers: Record<string, string>;
  body: string;
}

/** One webhook with its retries. */
export interface Delivery {
  integration: ProviderId;
  account: string;
  url: string;
  timeoutMs: number;
  /** Seconds before each retry. */
  retryDelays: readonly number[];
  /** What an attempt sends; `previous` is the attempt that failed. */
  message(attempt: number, previous: SentWebhook | undefined): WebhookMessage;
  finished?(sent: SentWebhook, willBeRetried: boolean): void;
  /** Nobody wants a retry anymore. */
  isObsolete?(): boolean;
}

const KEPT = 1000;

const isAccepted = ({ status }: PostResult) => status !== undefined && status >= 200 && status < 300;

/** Sends webhooks, repeats those that fail, and remembers what was sent. */
export class Deliveries {
  private sent: SentWebhook[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly factors = new Map<ProviderId, number>();
  private made = 0;
  private running = 0;
  private epoch = 0;

  constructor(private readonly wallTime: () => number) {}

  /** Requests that have no response yet, and retries that wait. */
  get pending(): number {
    return this.running + this.timers.size;
  }

  of = (integrations: readonly ProviderId[] = PROVIDER_IDS): SentWebhook[] =>
    this.sent.filter(({ integration }) => integrations.includes(integration));

  /** Multiplies the documented delays between retries. */
  scaleRetryDelays(integration: ProviderId, factor: number): void {
    this.factors.set(integration, factor);
  }

  /** Resolves after the first attempt. */
  deliver = (delivery: Delivery): Promise<SentWebhook> => this.attempt(delivery, 1, undefined, this.epoch);

  private async attempt(
    delivery: Delivery,
    attempt: number,
    previous: SentWebhook | undefined,
    epoch: number,
  ): Promise<SentWebhook> {
    const { integration, account, url } = delivery;
    const { headers, body } = delivery.message(attempt, previous);
    const at = new Date(this.wallTime()).toISOString();
    this.running += 1;
    const result = await post(url, headers, body, delivery.timeoutMs);
    this.running -= 1;
    const sent: SentWebhook = {
      ...{ id: `webhook-${++this.made}`, integration, account, url, at, attempt, headers, body },
      status: result.status ?? null,
      durationMs: result.durationMs,
      error: result.error ?? null,
      response: result.body,
    };
    // After a reset nobody waits for it anymore.
    if (epoch !== this.epoch) return sent;
    this.sent.push(sent);
    if (this.sent.length > KEPT) this.sent.shift();
    const delay = delivery.retryDelays[attempt - 1];
    // Documented by Slack; the others do not send it.
    const isFinal = isAccepted(result) || delay === undefined || result.headers['x-slack-no-retry'] === '1';
    delivery.finished?.(sent, !isFinal);
    if (isFinal) return sent;
    this.later(delay * 1000 * (this.factors.get(integration) ?? 1), () => {
      if (delivery.isObsolete?.() !== true) void this.attempt(delivery, attempt + 1, sent, epoch);
    });
    return sent;
  }

  private later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    timer.unref();
    this.timers.add(timer);
  }

  reset(): void {
    this.epoch += 1;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.factors.clear();
    this.sent = [];
  }
}
