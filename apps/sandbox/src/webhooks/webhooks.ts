import type { AccountData } from '../core/account.js';
import type { ProviderId } from '../core/provider-id.js';
import type { Grant } from '../oauth/grants.js';
import type { RegisteredApp } from '../oauth/registered-app.js';
import { Deliveries, type Delivery, type SentWebhook } from './deliveries.js';
import type { ProviderEvent, WebhookRules } from './webhook-rules.js';

export const WEBHOOK_FAULTS = ['duplicate', 'reorder', 'wrong-signature', 'old-timestamp', 'retry'] as const;
export type WebhookFault = (typeof WEBHOOK_FAULTS)[number];

/** The address to which a provider sends the events of an app. */
export interface Subscription {
  integration: ProviderId;
  rules: WebhookRules;
  app: RegisteredApp;
  url: string;
  secret: string;
  /** Slack sends nothing to an address that has not returned the challenge. */
  isVerified: boolean;
}

export interface Publication {
  integration: ProviderId;
  data: AccountData;
  events: readonly ProviderEvent[];
  /** What the account has granted to apps; only these apps get the events. */
  grants: readonly Grant[];
}

const OLD_MS = 10 * 60_000;

/** What providers push to an app. One address for each provider, as an app has one. */
export class Webhooks {
  readonly deliveries: Deliveries;
  private readonly subscriptions = new Map<ProviderId, Subscription>();

  /** @param now time of events; signatures have the wall time, because receivers compare it with theirs */
  constructor(
    private readonly now: () => number,
    private readonly wallTime: () => number,
  ) {
    this.deliveries = new Deliveries(wallTime);
  }

  all = (): Subscription[] => [...this.subscriptions.values()];

  find = (integration: ProviderId): Subscription | undefined => this.subscriptions.get(integration);

  remove(integration: ProviderId): void {
    this.subscriptions.delete(integration);
  }

  /** Sets the address and sends the provider's handshake to it, if it has one. */
  async subscribe(subscription: Subscription, withHandshake: boolean): Promise<SentWebhook | undefined> {
    const { integration, rules, url, secret } = subscription;
    this.subscriptions.set(integration, subscription);
    const handshake = withHandshake ? rules.handshake?.(secret) : undefined;
    if (handshake === undefined) return undefined;
    const body = JSON.stringify(handshake.body);
    const headers = handshake.signed ? rules.headers({ secret, url, body, timestamp: this.wallTime() }) : {};
    const { timeoutMs } = rules;
    const sent = await this.deliveries.deliver({
      ...{ integration, account: '', url, timeoutMs, retryDelays: [] },
      message: () => ({ headers, body }),
    });
    const { challenge = '' } = handshake;
    subscription.isVerified = sent.status !== null && sent.status < 300 && sent.response.includes(challenge);
    return sent;
  }

  /** Sends the events of an account to the app that has set an address, if the account has granted it anything. */
  publish(publication: Publication): void {
    const subscription = this.find(publication.integration);
    if (!subscription?.isVerified) return;
    for (const delivery of this.deliveriesOf(subscription, publication, [])) void this.deliveries.deliver(delivery);
  }

  /** Sends events one request after the other, with the faults that a test asks for. */
  async send(
    subscription: Subscription,
    publication: Publication,
    faults: readonly WebhookFault[],
  ): Promise<SentWebhook[]> {
    const deliveries = this.deliveriesOf(subscription, publication, faults);
    const sent: SentWebhook[] = [];
    for (const delivery of deliveries) {
      const first = await this.deliveries.deliver(delivery);
      sent.push(first);
      if (faults.includes('duplicate')) sent.push(await this.deliveries.deliver(delivery));
      const again: Delivery = { ...delivery, message: (attempt) => delivery.message(attempt + 1, first) };
      if (faults.includes('retry')) sent.push(await this.deliveries.deliver(again));
    }
    return sent;
  }

  private deliveriesOf(
    { integration, rules, app, url, secret }: Subscription,
    { data, events, grants: all }: Publication,
    faults: readonly WebhookFault[],
  ): Delivery[] {
    const grants = all.filter(({ clientId }) => clientId === app.clientId);
    if (grants.length === 0) return [];
    const context = { data, app, grants, now: this.now() };
    const whole = events.map((event) => rules.complete(event, context));
    if (faults.includes('reorder')) whole.reverse();
    const signedWith = faults.includes('wrong-signature') ? `not ${secret}` : secret;
    const lateMs = faults.includes('old-timestamp') ? OLD_MS : 0;
    const batches = Array.from({ length: Math.ceil(whole.length / rules.batch) }, (_, at) =>
      whole.slice(at * rules.batch, (at + 1) * rules.batch),
    );
    return batches.map((batch) => ({
      integration,
      account: data.account.id,
      url,
      timeoutMs: rules.timeoutMs,
      // A provider does not repeat what a test has spoiled.
      retryDelays: faults.length === 0 ? rules.retryDelays : [],
      message: (attempt, previous) => {
        const body = JSON.stringify(rules.body(batch, attempt));
        const timestamp = this.wallTime() - lateMs;
        const retry = attempt === 1 ? {} : rules.retryHeaders?.(attempt, previous);
        return { body, headers: { ...rules.headers({ secret: signedWith, url, body, timestamp }), ...retry } };
      },
    }));
  }

  reset(): void {
    this.subscriptions.clear();
    this.deliveries.reset();
  }
}
