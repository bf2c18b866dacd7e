import { fields, type Fields, integer, list, text } from '../core/fields.js';
import type { MockProvider } from '../core/mock-provider.js';
import type { SandboxState } from '../core/sandbox-state.js';
import type { ProviderEvent } from '../webhooks/webhook-rules.js';
import { type Subscription, WEBHOOK_FAULTS, type WebhookFault } from '../webhooks/webhooks.js';
import { ControlError, required } from './control-error.js';
import type { OnControl } from './control-route.js';
import type { WebhooksSent } from './control-types.js';
import { readProvider } from './read-control-request.js';

/** Where providers send events to, what they have sent, and events that a test wants sent. */
export function webhookRoutes(on: OnControl, sandbox: SandboxState, mockProviders: readonly MockProvider[]): void {
  const { webhooks } = sandbox;
  const find = (integration: unknown) => {
    const id = readProvider({ provider: integration });
    return required(
      mockProviders.find((one) => one.id === id),
      `there is no mock provider ${id}`,
    );
  };

  on('GET', '/webhooks', (_, { integration }): WebhooksSent => ({
    sent: webhooks.deliveries.of(integration === undefined ? undefined : [find(integration).id]),
    pending: webhooks.deliveries.pending,
  }));

  on('PUT', '/webhooks', async (body) => {
    const mockProvider = find(body['integration']);
    const { id: integration } = mockProvider;
    const factor = body['retryDelayFactor'];
    if (typeof factor === 'number') webhooks.deliveries.scaleRetryDelays(integration, factor);
    if (body['url'] === null) {
      webhooks.remove(integration);
      return { integration, url: null };
    }
    const subscription = readSubscription(sandbox, mockProvider, body);
    const handshake = await webhooks.subscribe(subscription, body['handshake'] !== false);
    const { app, rules: _, ...rest } = subscription;
    return { ...rest, clientId: app.clientId, handshake: handshake ?? null };
  });

  on('POST', '/webhooks', async (body) => {
    const mockProvider = find(body['integration']);
    const { id: integration } = mockProvider;
    const subscription = required(webhooks.find(integration), `${integration} has no address: PUT it first`);
    const account = required(
      mockProvider.accounts.find(({ id }) =>
        body['account'] === undefined ? sandbox.grantsOf(integration, id).length > 0 : id === body['account'],
      ),
      'no such account has granted anything',
    );
    const data = sandbox.dataOf(integration, account);
    const grants = sandbox.grantsOf(integration, account.id);
    const events = readEvents(body, (index) => subscription.rules.sample(data, index));
    const faults = readFaults(body, subscription);
    return { sent: await webhooks.send(subscription, { integration, data, events, grants }, faults) };
  });
}

function readSubscription(sandbox: SandboxState, { id, webhooks }: MockProvider, body: Fields): Subscription {
  const rules = required(webhooks, `the webhooks of ${id} are made through its API`);
  const url = text(body['url']) ?? '';
  if (!/^https?:/.test(url) || !URL.canParse(url))
    throw new ControlError('url must be an address that starts with http or https, or null');
  const app = required(sandbox.apps.find(id, text(body['clientId']) ?? `sandbox-${id}`), 'there is no such app');
  const secret = text(body['secret']) ?? rules.newSecret(app);
  return { integration: id, rules, app, url, secret, isVerified: true };
}

function readEvents(body: Fields, sample: (index: number) => ProviderEvent | undefined): ProviderEvent[] {
  const events = list(body['events']).map(fields);
  if (events.length > 0) return events;
  const count = integer(body['count']) ?? 1;
  if (!(count >= 1)) throw new ControlError('count must be a whole number from 1');
  return Array.from({ length: count }, (_, index) => required(sample(index), 'the account has no items'));
}

function readFaults(body: Fields, { rules, integration }: Subscription): WebhookFault[] {
  const faults = list(body['faults']).map((fault) =>
    required(
      WEBHOOK_FAULTS.find((known) => known === fault),
      `faults must be some of ${WEBHOOK_FAULTS.join(', ')}`,
    ),
  );
  if (faults.includes('old-timestamp') && !rules.isDated)
    throw new ControlError(`signatures of ${integration} have no timestamp`);
  return faults;
}
