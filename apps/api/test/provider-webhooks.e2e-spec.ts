import { createCauseway, unwrap, type CausewayClient, type Change } from '@causeway/client';
import { startService, type Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { Feed } from './support/feed.js';
import { ADMIN_KEY } from './support/production.js';
import { subscribe, webhookEnvironment, type SubscribedIntegration } from './support/subscribe.js';
import { someone, type User } from './support/users.js';
import { STORES, WebhookSuite, type StoreKind } from './support/webhook-suite.js';

/** Webhooks of the providers, with the embedded store, and with Redis and PostgreSQL. */
let suite: WebhookSuite;
let services: Record<StoreKind, Service>;
beforeAll(async () => {
  suite = await WebhookSuite.start();
  const env = webhookEnvironment(suite.mockProviders);
  services = await suite.forEachStore((store) => startService({ env: { ...env, ...store } }));
}, 60_000);
afterAll(() => suite?.stop());

const path = (id: string) => ({ params: { path: { id } } });

describe.each(STORES)('with the %s store', (kind) => {
  const service = () => services[kind];
  const client = (): CausewayClient => createCauseway({ baseUrl: service().url, apiKey: ADMIN_KEY });
  const { sendWebhooksTo, sendWebhooks, change, revoke } = {
    sendWebhooksTo: (integration: SubscribedIntegration) => subscribe(suite.mockProviders, integration, service()),
    sendWebhooks: (request: Parameters<typeof suite.mockProviders.sendWebhooks>[0]) =>
      suite.mockProviders.sendWebhooks(request),
    change: (item: Parameters<typeof suite.mockProviders.change>[0]) => suite.mockProviders.change(item),
    revoke: (harm: Parameters<typeof suite.mockProviders.revoke>[0]) => suite.mockProviders.revoke(harm),
  };

  async function synced(integration: string, types: string[]) {
    const user = someone();
    const connection = await connect(client(), integration, user);
    const sync = await unwrap(
      client().POST('/syncs', { body: { connectionId: connection.id, types, everySeconds: 604_800 } }),
    );
    await eventually(
      async () => expect((await runsOf(sync.id)).map(({ outcome }) => outcome)).toEqual(['complete']),
      30_000,
    );
    const feed = new Feed(client(), sync.id);
    const known = await feed.read();
    return { user, connection, account: connection.account.id, sync, feed, known };
  }

  const runsOf = async (id: string) => (await unwrap(client().GET('/syncs/{id}/runs', path(id)))).runs;

  const endpointFor = async (user: User) => (await suite.endpointFor(client(), user)).events;

  test('a change in HubSpot is in the feed at once, and a delete is told, without a run', async () => {
    await sendWebhooksTo('hubspot');
    const { account, sync, feed } = await synced('hubspot', ['contact']);
    const { items } = await unwrap(
      client().GET('/syncs/{id}/items', { params: { path: { id: sync.id }, query: { limit: 2 } } }),
    );
    const [changed = '', deleted = ''] = items.map(({ id }) => id);
    await change({ provider: 'hubspot', account, type: 'contacts', id: changed, properties: { lastname: 'Told' } });
    expect((await feed.next(changed)).item?.properties).toMatchObject({ lastname: 'Told' });
    await change({ provider: 'hubspot', account, type: 'contacts', id: deleted, deleted: true });
    expect(await feed.next(deleted)).toMatchObject({ op: 'delete', evidence: 'told' });
    const created = await change({ provider: 'hubspot', account, type: 'contacts', properties: { lastname: 'New' } });
    expect((await feed.next(created.id)).item?.properties).toMatchObject({ lastname: 'New' });
    expect(await runsOf(sync.id)).toHaveLength(1);
  }, 60_000);

  test('a page of Notion goes to the trash and comes back', async () => {
    await sendWebhooksTo('notion');
    const { account, sync, feed } = await synced('notion', ['page']);
    const { items } = await unwrap(
      client().GET('/syncs/{id}/items', { params: { path: { id: sync.id }, query: { limit: 1 } } }),
    );
    const id = items[0]?.id ?? '';
    await change({ provider: 'notion', account, type: 'page', id, archived: true });
    expect(await feed.next(id)).toMatchObject({ op: 'upsert', item: { visibility: false } });
    await change({ provider: 'notion', account, type: 'page', id, archived: false, title: 'Back again' });
    expect(await feed.next(id)).toMatchObject({ op: 'upsert', item: { visibility: true, name: 'Back again' } });
    expect(await runsOf(sync.id)).toHaveLength(1);
  }, 60_000);

  test('webhooks of Airtable are made for the bases that a sync watches, and removed with it', async () => {
    const { account, sync, feed, known } = await synced('airtable', ['record']);
    const hooks = async () =>
      (await suite.mockProviders.webhooks('airtable')).hooks.filter((hook) => hook.account === account);
    await eventually(async () => expect((await hooks()).length).toBeGreaterThan(0), 20_000);
    // What has changed before they were made is read once.
    await eventually(async () => {
      const runs = await runsOf(sync.id);
      expect(runs.map(({ kind, outcome }) => [kind, outcome])).toEqual([
        ['changes', 'complete'],
        ['full', 'complete'],
      ]);
    }, 20_000);
    await feed.read();
    // Records of two tables of one base that has a webhook.
    const watched = (await hooks()).map(({ base }) => base);
    const isBeside = (one: Change, other: Change) => other.driveId === one.driveId && other.parentId !== one.parentId;
    const item = known.find(
      (one) => watched.includes(one.driveId ?? '') && known.some((other) => isBeside(one, other)),
    );
    const next = known.find((other) => item !== undefined && isBeside(item, other));
    const parent = `${item?.driveId}/${item?.parentId}`;
    await change({ provider: 'airtable', account, type: 'record', id: item?.id ?? '', parent, title: 'Told' });
    expect(JSON.stringify(await feed.next(item?.id ?? ''))).toContain('Told');
    await change({ provider: 'airtable', account, type: 'record', id: item?.id ?? '', parent, deleted: true });
    expect(await feed.next(item?.id ?? '')).toMatchObject({ op: 'delete', evidence: 'told' });
    // Its records are not told: a full pass finds them gone.
    await change({
      provider: 'airtable',
      account,
      type: 'table',
      id: item?.parentId ?? '',
      parent: item?.driveId ?? '',
      deleted: true,
    });
    await eventually(
      async () => expect((await runsOf(sync.id))[0]).toMatchObject({ kind: 'full', outcome: 'complete' }),
      20_000,
    );
    // What was read of a webhook is not read again.
    const nextParent = `${next?.driveId}/${next?.parentId}`;
    await change({
      provider: 'airtable',
      account,
      type: 'record',
      id: next?.id ?? '',
      parent: nextParent,
      title: 'Next',
    });
    await feed.next(next?.id ?? '');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await runsOf(sync.id)).map(({ kind }) => kind)).toEqual(['full', 'changes', 'full']);
    await client().DELETE('/syncs/{id}', path(sync.id));
    await eventually(async () => expect(await hooks()).toEqual([]), 20_000);
  }, 90_000);

  test('an event is forwarded once to each endpoint, however often it comes', async () => {
    expect((await sendWebhooksTo('slack')).isVerified).toBe(true);
    const user = someone();
    const { id: connectionId, account } = await connect(client(), 'slack', user);
    const events = await endpointFor(user);
    const sent = await sendWebhooks({ integration: 'slack', account: account.id, count: 3, faults: ['duplicate'] });
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([200]));
    await eventually(async () => expect(await events()).toHaveLength(3));
    const forwarded = await events();
    for (const event of forwarded)
      expect(event).toMatchObject({ type: 'provider.event', data: { integration: 'slack', connectionId } });
    expect(JSON.stringify(forwarded)).not.toContain('"token"');
    // Nothing of what is not signed, or too old.
    for (const fault of ['wrong-signature', 'old-timestamp'] as const) {
      const refused = await sendWebhooks({ integration: 'slack', account: account.id, count: 1, faults: [fault] });
      expect(refused.map(({ status }) => status)).toEqual([401]);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await events()).toHaveLength(3);
  }, 60_000);

  test('a grant that Slack says is revoked needs to be authorized again, and no other one', async () => {
    await sendWebhooksTo('slack');
    const user = someone();
    const { id, account } = await connect(client(), 'slack', user);
    const events = await endpointFor(user);
    const status = async () => (await unwrap(client().GET('/connections/{id}', path(id)))).status;
    await sendWebhooks({
      integration: 'slack',
      account: account.id,
      events: [{ type: 'tokens_revoked', tokens: { oauth: ['U0SOMEBODY'], bot: [] } }],
    });
    await eventually(async () => expect((await events()).map(({ type }) => type)).toEqual(['provider.event']));
    expect(await status()).toBe('active');
    await revoke({ provider: 'slack', account: account.id });
    await eventually(async () => expect(await status()).toBe('needs-reconnect'));
    await eventually(async () =>
      expect((await events()).map(({ type }) => type)).toContain('connection.needs-reconnect'),
    );
  }, 60_000);

  test('what was acknowledged before a crash is done afterwards', async () => {
    await sendWebhooksTo('slack');
    const user = someone();
    const { id: connectionId, account } = await connect(client(), 'slack', user);
    const events = await endpointFor(user);
    const sending = sendWebhooks({ integration: 'slack', account: account.id, count: 20 });
    await eventually(async () => {
      const { sent } = await suite.mockProviders.webhooks('slack');
      expect(sent.length).toBeGreaterThan(0);
    });
    const acknowledged = await sending;
    await service().kill();
    await service().restart();
    const taken = acknowledged.filter(({ status: code }) => code === 200).length;
    expect(taken).toBeGreaterThan(0);
    await eventually(async () => {
      const forwarded = (await events()).filter(({ type }) => type === 'provider.event');
      expect(forwarded.length).toBeGreaterThanOrEqual(taken);
      for (const { data } of forwarded) expect(data).toMatchObject({ connectionId });
    }, 90_000);
  }, 120_000);
});
