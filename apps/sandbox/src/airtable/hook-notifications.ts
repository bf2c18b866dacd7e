import { createHmac } from 'node:crypto';
import type { HookRules, RouteContext } from '../core/mock-provider.js';
import { iso } from '../data/timestamps.js';
import type { Delivery, SentWebhook } from '../webhooks/deliveries.js';
import type { Hook } from '../webhooks/hooks.js';
import { type AirtableEvent, payloadOf } from './hook-payloads.js';

/** Thirteen retries, the first after 10 seconds, each after twice the time: about a day. */
const RETRY_DELAYS = Array.from({ length: 13 }, (_, at) => 10 * 2 ** at);

const macOf = (secretBase64: string, body: string): string =>
  `hmac-sha256=${createHmac('sha256', Buffer.from(secretBase64, 'base64')).update(body).digest('hex')}`;

/** A notification says that there is something to fetch, not what. */
function notification({ sandbox }: RouteContext, hook: Hook, url: string, isSpoiled: boolean): Delivery {
  const timestamp = iso(sandbox.now());
  const body = JSON.stringify({ base: { id: hook.baseId }, webhook: { id: hook.id }, timestamp });
  const mac = macOf(isSpoiled ? '' : hook.secret, body);
  return {
    integration: 'airtable',
    account: hook.accountId,
    url,
    timeoutMs: 25_000,
    retryDelays: [],
    message: () => ({ body, headers: { 'x-airtable-content-mac': mac } }),
  };
}

/** One notification at a time: what happens meanwhile is told by the next one. */
function notify(context: RouteContext, hook: Hook): void {
  if (hook.notificationUrl === null || !hook.areNotificationsEnabled) return;
  const isUnderWay = hook.notification !== 'idle';
  hook.notification = isUnderWay ? 'due' : 'sent';
  if (isUnderWay) return;
  void context.sandbox.webhooks.deliveries.deliver({
    ...notification(context, hook, hook.notificationUrl, false),
    retryDelays: RETRY_DELAYS,
    isObsolete: () => !context.sandbox.hooks.has(hook),
    finished: (sent, willBeRetried) => finished(context, hook, sent, willBeRetried),
  });
}

function finished(context: RouteContext, hook: Hook, sent: SentWebhook, willBeRetried: boolean): void {
  const succeeded = sent.status !== null && sent.status < 300;
  hook.last = { sent, willBeRetried };
  if (succeeded) hook.lastSuccess = iso(context.sandbox.now());
  if (willBeRetried) return;
  const isDue = hook.notification === 'due';
  hook.notification = 'idle';
  // After the last retry Airtable sends no more until the app turns notifications on again.
  if (!succeeded) hook.areNotificationsEnabled = false;
  else if (isDue) notify(context, hook);
}

export const airtableHooks: HookRules = {
  publish(context, data, events) {
    const { sandbox } = context;
    const at = sandbox.now();
    const all = events as readonly AirtableEvent[];
    for (const baseId of new Set(all.map((event) => event.baseId))) {
      const transaction = { number: sandbox.hooks.nextTransaction(baseId), at };
      const ofBase = all.filter((event) => event.baseId === baseId);
      for (const hook of sandbox.hooks.alive(at).filter((one) => one.baseId === baseId)) {
        const payload = payloadOf(hook, ofBase, data, transaction);
        if (payload === undefined) continue;
        hook.payloads.push({ cursor: hook.nextCursor++, at, payload });
        notify(context, hook);
      }
    }
  },
  notify: (context, hook, isSpoiled) =>
    context.sandbox.webhooks.deliveries.deliver(notification(context, hook, hook.notificationUrl ?? '', isSpoiled)),
};
