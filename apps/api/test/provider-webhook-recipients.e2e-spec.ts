import { createHmac, randomUUID } from 'node:crypto';
import { createCauseway, unwrap, type CausewayClient } from '@causeway/client';
import {
  startMockProviders,
  startService,
  startWebhookReceiver,
  type MockProvidersProcess,
  type Service,
  type WebhookReceiver,
} from '@causeway/testing';
import { connect } from './support/connect.js';
import { EditedAccount } from './support/edited-account.js';
import { eventually } from './support/eventually.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { signedBySlack } from './support/slack-events.js';
import { SECRETS, subscribe, webhookEnvironment } from './support/subscribe.js';
import { someone } from './support/users.js';

/** Whom an event of a provider is for, and which requests are one. */
let apart: MockProvidersProcess;
let receiver: WebhookReceiver;
let service: Service;
let client: CausewayClient;
beforeAll(async () => {
  [apart, receiver] = await Promise.all([startMockProviders(), startWebhookReceiver()]);
  await unlimited(apart.mockProviders);
  service = await startService({ env: webhookEnvironment(apart.mockProviders) });
  client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
}, 60_000);
afterAll(() => Promise.all([service?.stop(), apart?.stop(), receiver?.stop()]));

const path = (id: string) => ({ params: { path: { id } } });

/** Of the same service, with another `Host` than PUBLIC_URL, which is `localhost` by default. */
const otherUrl = () => `http://127.0.0.1:${service.port}`;

/** A connection whose organization has an endpoint. `told`: which of these things happened, as its provider calls them. */
async function heard(integration: string, account?: string) {
  const user = someone();
  const connection = await connect(client, integration, user, account === undefined ? {} : { account });
  const url = `${receiver.url}/${user.orgId}`;
  await unwrap(client.POST('/webhook-endpoints', { body: { url, orgIds: [user.orgId], events: ['provider.event'] } }));
  const received = () => receiver.received.filter(({ path: at }) => at === new URL(url).pathname);
  const told = () => received().map(({ body }) => (JSON.parse(body) as { data: { event: object } }).data.event);
  return { connection, told };
}

const post = (integration: string, headers: Record<string, string>, body: string) =>
  raw(`${otherUrl()}/integrations/${integration}/webhook`, {
    method: 'POST',
    key: null,
    type: 'application/json',
    headers,
    body,
  });

async function sendSlack(event: object, more: object = {}) {
  const body = JSON.stringify({ type: 'event_callback', event_id: `Ev${randomUUID()}`, event, ...more });
  const { response } = await post('slack', signedBySlack(SECRETS.slack, body), body);
  expect(response.status).toBe(200);
}

test('an event is told to every connection of its account, and to those of no other one', async () => {
  const other = await EditedAccount.create(apart.mockProviders, 'slack');
  const [first, second, others] = [await heard('slack'), await heard('slack'), await heard('slack', other.id)];
  expect(second.connection.account.id).toBe(first.connection.account.id);
  await sendSlack({ type: 'reaction_added' }, { team_id: first.connection.account.id });
  await eventually(() => expect([first.told(), second.told()]).toMatchObject([[{}], [{}]]));
  await sendSlack({ type: 'reaction_removed' }, { team_id: other.id });
  await eventually(() => expect(others.told()).toMatchObject([{ event: { type: 'reaction_removed' } }]));
  expect([first.told(), second.told()]).toMatchObject([[{}], [{}]]);
});

test('what Slack makes visible to one user is not told to the connection of another one', async () => {
  const { connection, told } = await heard('slack');
  const team_id = connection.account.id;
  const authorizations = [{ team_id, user_id: 'U0SOMEBODY', is_bot: false }];
  await sendSlack({ type: 'message', channel: 'D1', ts: '1.1' }, { team_id, authorizations });
  await sendSlack({ type: 'reaction_added' }, { team_id });
  await eventually(() => expect(told()).toHaveLength(1));
  expect(told()).toMatchObject([{ event: { type: 'reaction_added' } }]);
});

test('what Notion makes accessible to one grant is not told to the connection of another one', async () => {
  await subscribe(apart.mockProviders, 'notion', service);
  const { connection, told } = await heard('notion');
  const event = { type: 'page.content_updated', entity: { type: 'page', id: randomUUID() } };
  const events = [{ ...event, accessible_by: [{ type: 'bot', id: randomUUID() }] }, event];
  await apart.mockProviders.sendWebhooks({ integration: 'notion', account: connection.account.id, events });
  await eventually(() => expect(told()).toHaveLength(1));
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(told()).toHaveLength(1);
});

test('equal events count once, and different ones with one id both', async () => {
  const { connection, told } = await heard('slack');
  const one = { team_id: connection.account.id, event_id: 'Ev0ONE' };
  const event = (reaction: string) => ({ type: 'reaction_added', reaction });
  for (const reaction of ['eyes', 'eyes', 'tada', 'eyes']) await sendSlack(event(reaction), one);
  await eventually(() => expect(told()).toHaveLength(2));
  await sendSlack(event('wave'), { team_id: connection.account.id });
  await eventually(() => expect(told()).toHaveLength(3));
  expect(new Set(told().map((each) => (each as { event: { reaction: string } }).event.reaction))).toEqual(
    new Set(['eyes', 'tada', 'wave']),
  );
});

test('an end that comes late does not end a grant that was given after it', async () => {
  const { connection, told } = await heard('slack');
  const status = async () => (await unwrap(client.GET('/connections/{id}', path(connection.id)))).status;
  const ended = (event_time: number) =>
    sendSlack({ type: 'app_uninstalled' }, { team_id: connection.account.id, event_time });
  await ended(Math.floor(Date.parse(connection.createdAt) / 1000) - 60);
  await eventually(() => expect(told()).toHaveLength(1));
  expect(await status()).toBe('active');
  await ended(Math.floor(Date.now() / 1000) + 1);
  await eventually(async () => expect(await status()).toBe('needs-reconnect'));
});

test('a signature of HubSpot that covers the address is one of PUBLIC_URL, whatever Host says', async () => {
  const { connection, told } = await heard('hubspot');
  const event = { eventId: 1, subscriptionType: 'contact.propertyChange', portalId: Number(connection.account.id) };
  const body = JSON.stringify([{ ...event, objectId: 1, occurredAt: Date.now() }]);
  const signed = (base: string) => {
    const time = String(Date.now());
    const text = `POST${base}/integrations/hubspot/webhook${body}${time}`;
    const signature = createHmac('sha256', 'sandbox-hubspot-secret').update(text).digest('base64');
    return { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': time };
  };
  expectProblem(await post('hubspot', signed(otherUrl()), body), 'webhook-rejected', 401);
  const { response } = await post('hubspot', signed(service.url), body);
  expect(response.status).toBe(200);
  await eventually(() => expect(told()).toHaveLength(1));
});

test('a verification token of Notion is not kept where one is configured, nor taken together with an event', async () => {
  const kept = async () => {
    const { setups } = await unwrap(client.GET('/integrations/setup'));
    return setups.find(({ integration }) => integration === 'notion')?.verificationTokens;
  };
  const token = { verification_token: 'secret_of_somebody' };
  expect((await post('notion', {}, JSON.stringify(token))).response.status).toBe(200);
  const event = { ...token, type: 'page.created', entity: { type: 'page', id: randomUUID() } };
  expectProblem(await post('notion', {}, JSON.stringify(event)), 'webhook-rejected', 401);
  expect(await kept()).toEqual([]);
});

test.each(['slack', 'notion', 'hubspot', 'airtable'] as const)(
  'nothing of %s is taken that is signed with another secret, or too long ago',
  async (integration) => {
    const { connection, told } = await heard(integration);
    const account = connection.account.id;
    const send = (faults: ('wrong-signature' | 'old-timestamp')[]) =>
      apart.mockProviders.sendWebhooks({ integration, account, count: 1, faults });
    if (integration !== 'airtable') await subscribe(apart.mockProviders, integration, service);
    else await unwrap(client.POST('/syncs', { body: { connectionId: connection.id, types: ['table'] } }));
    const isDated = integration === 'slack' || integration === 'hubspot';
    for (const fault of ['wrong-signature', ...(isDated ? (['old-timestamp'] as const) : [])] as const) {
      const statuses = async () => new Set((await send([fault])).map(({ status }) => status));
      // The webhooks of Airtable are made after the first run of the sync.
      await eventually(async () => expect(await statuses()).toEqual(new Set([401])), 30_000);
    }
    const before = told().length;
    await send([]);
    await eventually(() => expect(told().length).toBeGreaterThan(before));
    if (integration !== 'airtable') expect(told()).toHaveLength(1);
  },
  60_000,
);
