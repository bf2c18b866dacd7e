import { createHmac } from 'node:crypto';
import { createCauseway, unwrap } from '@causeway/client';
import { openRecordStore } from '@causeway/records';
import {
  startMockProviders,
  startPostgres,
  startRedis,
  startService,
  type MockProvidersProcess,
  type PostgresServer,
  type RedisServer,
} from '@causeway/testing';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { Feed } from './support/feed.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { signedBySlack } from './support/slack-events.js';
import { basesToWatch, subscribe, webhookEnvironment, type SubscribedIntegration } from './support/subscribe.js';
import { someone } from './support/users.js';

let apart: MockProvidersProcess;
let redis: RedisServer;
let postgres: PostgresServer;
let environment: Record<string, string>;
beforeAll(async () => {
  [apart, redis, postgres] = await Promise.all([
    startMockProviders(),
    startRedis({ appendOnly: true }),
    startPostgres(),
  ]);
  await unlimited(apart.mockProviders);
  environment = { ...webhookEnvironment(apart.mockProviders), REDIS_URL: redis.url };
}, 60_000);
afterAll(() => Promise.all([apart?.stop(), redis?.stop(), postgres?.stop()]));

const path = (id: string) => ({ params: { path: { id } } });

test('a sync that cannot be read keeps no other one from running, nor from what it is told', async () => {
  const databaseUrl = (await postgres.database()).url;
  const service = await startService({ env: { ...environment, DATABASE_URL: databaseUrl } });
  const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  await subscribe(apart.mockProviders, 'hubspot', service);
  const connection = await connect(client, 'hubspot', someone());
  const create = (type: string) => client.POST('/syncs', { body: { connectionId: connection.id, types: [type] } });
  const runs = async (id: string) => (await unwrap(client.GET('/syncs/{id}/runs', path(id)))).runs;
  const readable = await unwrap(create('contact'));
  const unreadable = await unwrap(create('company'));
  for (const { id } of [readable, unreadable])
    await eventually(async () => expect((await runs(id)).map(({ outcome }) => outcome)).toEqual(['complete']), 30_000);
  const records = await openRecordStore({ kind: 'postgres', url: databaseUrl, report: () => undefined });
  try {
    const { version = 0 } = (await records.find(unreadable.id)) ?? {};
    await records.update(unreadable.id, version, { settings: 'damaged', nextRunAt: Date.now() });
    const feed = new Feed(client, readable.id);
    const [first] = await feed.read();
    const account = connection.account.id;
    const changed = { provider: 'hubspot' as const, account, type: 'contacts', id: first?.id ?? '' };
    await apart.mockProviders.change({ ...changed, properties: { lastname: 'Told' } });
    expect((await feed.next(changed.id)).item?.properties).toMatchObject({ lastname: 'Told' });
    await client.POST('/syncs/{id}/run', { ...path(readable.id), body: {} });
    await eventually(async () => expect(await runs(readable.id)).toHaveLength(2));
  } finally {
    await Promise.all([records.close(), service.stop()]);
  }
}, 60_000);

test('while the store is unavailable nothing is acknowledged, so that each provider sends it again', async () => {
  const databaseUrl = (await postgres.database()).url;
  const service = await startService({ env: { ...environment, DATABASE_URL: databaseUrl } });
  try {
    const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
    const accounts: [SubscribedIntegration | 'airtable', string][] = [];
    for (const integration of ['slack', 'notion', 'hubspot', 'airtable'] as const) {
      const { id, account } = await connect(client, integration, someone());
      accounts.push([integration, account.id]);
      if (integration !== 'airtable') {
        await subscribe(apart.mockProviders, integration, service);
        continue;
      }
      await unwrap(client.POST('/syncs', { body: { connectionId: id, types: ['table'], everySeconds: 604_800 } }));
      const watched = await basesToWatch(client, id);
      const made = async () => (await apart.mockProviders.webhooks('airtable')).hooks.map(({ base }) => base).sort();
      await eventually(async () => expect(await made()).toEqual(watched), 20_000);
    }
    const send = (integration: SubscribedIntegration | 'airtable', account: string) =>
      apart.mockProviders.sendWebhooks({ integration, account, count: 1 });
    const statuses = async () =>
      Object.fromEntries(
        await Promise.all(
          accounts.map(async ([integration, account]) => {
            const sent = await send(integration, account);
            return [integration, [...new Set(sent.map(({ status }) => status))]];
          }),
        ),
      );
    const acknowledged = { slack: [200], notion: [200], hubspot: [200], airtable: [200] };
    await eventually(async () => expect(await statuses()).toEqual(acknowledged));
    await redis.kill();
    expect(await statuses()).toEqual({ slack: [503], notion: [503], hubspot: [503], airtable: [503] });
    await redis.restart();
    await eventually(async () => expect(await statuses()).toEqual(acknowledged), 30_000);
  } finally {
    await service.stop();
  }
}, 90_000);

test('without a secret everything is rejected, and a verification token is shown to the operator', async () => {
  const service = await startService({ env: productionEnvironment(apart.mockProviders) });
  try {
    const url = `${service.url}/integrations/notion/webhook`;
    const subscribed = await apart.mockProviders.sendWebhooksTo({ integration: 'notion', url });
    expect(subscribed.handshake?.status).toBe(200);
    const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
    const { setups } = await unwrap(client.GET('/integrations/setup'));
    const setup = setups.find(({ integration }) => integration === 'notion');
    expect(setup).toMatchObject({ webhookUrl: url, webhookReady: false, webhookVariable: 'NOTION_WEBHOOK_TOKEN' });
    expect(setup?.verificationTokens.map(({ token }) => token)).toEqual([subscribed.secret]);
    expect(service.logs()).not.toContain(subscribed.secret);
    // As whoever knows how an unset secret might be taken for an empty one would sign it.
    const body = '{"x":1}';
    const notion = { 'x-notion-signature': `sha256=${createHmac('sha256', '').update(body).digest('hex')}` };
    const headers: Record<string, Record<string, string>> = { slack: signedBySlack('', body), notion };
    for (const integration of ['notion', 'slack', 'airtable', 'hubspot']) {
      const unsigned = { method: 'POST', body, key: null };
      for (const request of [unsigned, { ...unsigned, headers: headers[integration] ?? {} }])
        expectProblem(
          await raw(`${service.url}/integrations/${integration}/webhook`, request),
          'webhook-rejected',
          401,
        );
    }
    expectProblem(
      await raw(`${service.url}/integrations/nobody/webhook`, { method: 'POST', body: '{}', key: null }),
      'unknown-integration',
      404,
    );
    const large = { method: 'POST', body: 'x'.repeat(1_100_000), key: null };
    expectProblem(await raw(url, large), 'invalid-request', 400);
  } finally {
    await service.stop();
  }
}, 60_000);
