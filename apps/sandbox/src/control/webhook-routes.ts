import { fields, type Fields, integer, list, text } from '../core/fields.js';
import type { HookRules, MockProvider } from '../core/mock-provider.js';
import type { SandboxState } from '../core/sandbox-state.js';
import type { SentWebhook } from '../webhooks/deliveries.js';
import { isWebAddress } from '../webhooks/post.js';
import type { ProviderEvent } from '../webhooks/webhook-rules.js';
import { type Subscription, WEBHOOK_FAULTS, type WebhookFault } from '../webhooks/webhooks.js';
import { ControlError, required } from './control-error.js';
import type { OnControl } from './control-route.js';
import type { WatchingHook, WebhooksSent } from './control-types.js';
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
    hooks: watching(sandbox),
  }));

  on('PUT', '/webhooks', async (body) => {
    const mockProvider = find(body['integration']);
    const { id: integration } = mockProvider;
    const factor = body['retryDelayFactor'];
    if (typeof factor === 'number') webhooks.deliveries.scaleRetryDelays(integration, factor);
    if (mockProvider.hooks) return { hooks: moveEnd(sandbox, body) };
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
    const { id: integration, hooks } = mockProvider;
    if (hooks) return { sent: await notifyAll(sandbox, mockProvider, hooks, body) };
    const subscription = required(webhooks.find(integration), `${integration} has no address: PUT it first`);
    const account = required(
      sandbox
        .accountsOf(mockProvider)
        .find(({ id }) =>
          body['account'] === undefined ? sandbox.grantsOf(integration, id).length > 0 : id === body['account'],
        ),
      'no such account has granted anything',
    );
    const data = sandbox.dataOf(integration, account);
    const grants = sandbox.grantsOf(integration, account.id);
    const events = readEvents(body, (index) => subscription.rules.sample(data, index));
    const faults = readFaults(body);
    if (faults.includes('old-timestamp') && !subscription.rules.isDated)
      throw new ControlError(`signatures of ${integration} have no timestamp`);
    return { sent: await webhooks.send(subscription, { integration, data, events, grants }, faults) };
  });
}

const watching = (sandbox: SandboxState): WatchingHook[] =>
  sandbox.hooks.alive(sandbox.now()).map(({ id, accountId, clientId, baseId, expiresAt, payloads, ...hook }) => ({
    ...{ id, account: accountId, clientId, base: baseId, expirationTime: new Date(expiresAt).toISOString() },
    areNotificationsEnabled: hook.areNotificationsEnabled,
    payloads: payloads.length,
    refreshes: hook.refreshes,
    listings: hook.listings,
  }));

/** Moves the end of webhooks that were made through an API. */
function moveEnd(sandbox: SandboxState, body: Fields): WatchingHook[] {
  const seconds = body['expiresInSeconds'];
  const hooks = sandbox.hooks.alive(sandbox.now()).filter(({ id }) => body['id'] === undefined || id === body['id']);
  if (typeof seconds === 'number') for (const hook of hooks) hook.expiresAt = sandbox.now() + seconds * 1000;
  return watching(sandbox);
}

/** These notifications say only that there is something to fetch, so there is nothing to choose but how often. */
async function notifyAll(
  sandbox: SandboxState,
  mockProvider: MockProvider,
  rules: HookRules,
  body: Fields,
): Promise<SentWebhook[]> {
  const faults = readFaults(body);
  if (faults.includes('old-timestamp')) throw new ControlError(`signatures of ${mockProvider.id} have no timestamp`);
  const times = readCount(body) * (faults.includes('duplicate') || faults.includes('retry') ? 2 : 1);
  const account = text(body['account']);
  const sent: SentWebhook[] = [];
  for (const hook of sandbox.hooks.alive(sandbox.now())) {
    if (hook.notificationUrl === null || (account !== undefined && hook.accountId !== account)) continue;
    for (let time = 0; time < times; time++)
      sent.push(await rules.notify({ sandbox, mockProvider }, hook, faults.includes('wrong-signature')));
  }
  return sent;
}

function readSubscription(sandbox: SandboxState, { id, webhooks }: MockProvider, body: Fields): Subscription {
  const rules = required(webhooks, `${id} has no webhooks`);
  const url = text(body['url']) ?? '';
  if (!isWebAddress(url)) throw new ControlError('url must be an address that starts with http or https, or null');
  const app = required(sandbox.apps.find(id, text(body['clientId']) ?? `sandbox-${id}`), 'there is no such app');
  const secret = text(body['secret']) ?? rules.newSecret(app);
  return { integration: id, rules, app, url, secret, isVerified: true };
}

function readCount(body: Fields): number {
  const count = integer(body['count']) ?? 1;
  if (!(count >= 1)) throw new ControlError('count must be a whole number from 1');
  return count;
}

function readEvents(body: Fields, sample: (index: number) => ProviderEvent | undefined): ProviderEvent[] {
  const events = list(body['events']).map(fields);
  if (events.length > 0) return events;
  return Array.from({ length: readCount(body) }, (_, index) => required(sample(index), 'the account has no items'));
}

const readFaults = (body: Fields): WebhookFault[] =>
  list(body['faults']).map((fault) =>
    required(
      WEBHOOK_FAULTS.find((known) => known === fault),
      `faults must be some of ${WEBHOOK_FAULTS.join(', ')}`,
    ),
  );
