import { unwrap, type Change } from '@causeway/client';
import { startService } from '@causeway/testing';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import type { Feed } from './support/feed.js';
import { JournaledService, POLLED_MS } from './support/journaled-service.js';
import { someone, type User } from './support/users.js';
import { STORES, WebhookSuite, type StoreKind } from './support/webhook-suite.js';

/** HubSpot's webhooks journal, with the embedded store, and with Redis and PostgreSQL. */
let suite: WebhookSuite;
let services: Record<StoreKind, JournaledService>;
beforeAll(async () => {
  suite = await WebhookSuite.start();
  services = await suite.forEachStore((store) =>
    JournaledService.start(suite.mockProviders, { WEBHOOK_PRIVATE_ADDRESSES: 'on', ...store }),
  );
}, 60_000);
afterAll(() => suite?.stop());
afterEach(async () => {
  await suite.mockProviders.clearFaults();
  await suite.mockProviders.changeJournal({ atEnd: 204, gzip: 'no', fileUrl: null });
});

const path = (id: string) => ({ params: { path: { id } } });

/** The newest change of each of these items, once all of them are in the feed. */
async function told(feed: Feed, ...ids: string[]): Promise<Change[]> {
  const found = new Map<string, Change>();
  return eventually(async () => {
    for (const change of await feed.read()) found.set(change.id, change);
    return ids.map((id) => {
      const change = found.get(id);
      if (change === undefined) throw new Error(`${id} is not in the feed`);
      return change;
    });
  }, POLLED_MS);
}

describe.each(STORES)('with the %s store', (kind) => {
  const journaled = () => services[kind];

  const endpointFor = async (user: User) => (await suite.endpointFor(journaled().client, user)).eventsOf;

  test('without a connection it is read to its end, and subscribed to for the app', async () => {
    await eventually(async () => {
      const { subscriptions } = await journaled().journal();
      expect(subscriptions.map(({ subscriptionType }) => subscriptionType)).toEqual([
        'APP_LIFECYCLE_EVENT',
        'APP_LIFECYCLE_EVENT',
      ]);
      const [readAt = 0] = await journaled().metric('causeway_provider_journal_end_timestamp_seconds{');
      expect(Date.now() / 1000 - readAt).toBeLessThan(60);
    }, POLLED_MS);
  });

  test('what is changed, created, deleted and merged is in the feed, without a run', async () => {
    const { feed, ids, change, kinds, account, remove } = await journaled().synced();
    // It is gone without an event of its own.
    const merged = await remove();
    const [changed = '', erased = '', archived = ''] = ids.filter((id) => id !== merged);
    await change({ id: changed, properties: { lastname: 'Told' } });
    await change({ id: erased, deleted: true });
    await change({ id: archived, archived: true });
    const { id: created } = await change({ properties: { lastname: 'New' } });
    const merge = { type: 'crmObject', action: 'MERGE', objectTypeId: '0-1', portalId: Number(account) };
    await suite.mockProviders.addToJournal({
      clientId: journaled().clientId,
      events: [{ ...merge, objectId: Number(changed), mergedObjectIds: [Number(merged)] }],
    });
    expect(await told(feed, changed, erased, archived, created, merged)).toMatchObject([
      { op: 'upsert', item: { properties: { lastname: 'Told' } } },
      { op: 'delete', evidence: 'told' },
      { op: 'upsert', item: { visibility: false } },
      { op: 'upsert', item: { properties: { lastname: 'New' } } },
      { op: 'delete', evidence: 'told' },
    ]);
    expect(await kinds()).toEqual(['changes', 'full']);
  }, 120_000);

  test('an account that no sync is for any more is not subscribed to', async () => {
    const { account, sync } = await journaled().synced();
    const subscriptions = async () =>
      (await journaled().journal()).subscriptions.filter(({ portalId }) => portalId === Number(account));
    expect(await subscriptions()).toHaveLength(2);
    await journaled().client.DELETE('/syncs/{id}', path(sync));
    await eventually(async () => expect(await subscriptions()).toEqual([]), POLLED_MS);
  }, 120_000);

  test('a connection whose app was uninstalled needs to be authorized again', async () => {
    const user = someone();
    const { id, account } = await connect(journaled().client, 'hubspot', user);
    const events = await endpointFor(user);
    await suite.mockProviders.revoke({ provider: 'hubspot', account: account.id });
    await eventually(
      async () =>
        expect(await unwrap(journaled().client.GET('/connections/{id}', path(id)))).toMatchObject({
          status: 'needs-reconnect',
        }),
      POLLED_MS,
    );
    await eventually(async () => {
      expect(await events('connection.needs-reconnect')).toHaveLength(1);
      expect(await events('provider.event')).toMatchObject([{ data: { event: { action: 'APP_UNINSTALL' } } }]);
    });
  }, 60_000);

  test('a crash while a file is read loses nothing', async () => {
    const { feed, ids, change } = await journaled().synced();
    const [first = '', second = ''] = ids;
    const on = '/webhooks-journal-files' as const;
    await suite.mockProviders.fault({ provider: 'hubspot', kind: 'never-answers', on, work: 'not-done' });
    await change({ id: first, properties: { lastname: 'Before' } });
    const hits = async () => (await suite.mockProviders.faults())[0]?.hits ?? 0;
    await eventually(async () => expect(await hits()).toBeGreaterThan(0), POLLED_MS);
    await journaled().service.kill();
    await suite.mockProviders.clearFaults();
    await change({ id: second, deleted: true });
    await journaled().service.restart();
    expect(await told(feed, first, second)).toMatchObject([
      { item: { properties: { lastname: 'Before' } } },
      { op: 'delete', evidence: 'told' },
    ]);
  }, 120_000);

  test('after an offset that has expired, the oldest entries follow, whose events count once, and a full pass', async () => {
    const { feed, ids, change, kinds, user } = await journaled().synced();
    const events = await endpointFor(user);
    const [first = '', second = ''] = ids;
    await change({ id: first, properties: { lastname: 'Once' } });
    await told(feed, first);
    await eventually(async () => expect(await events('provider.event')).toHaveLength(1));
    await change({ id: second, properties: { lastname: 'Forgotten' } });
    await told(feed, second);
    await eventually(async () => expect(await events('provider.event')).toHaveLength(2));
    const newest = (await journaled().journal()).entries.at(-1)?.offset ?? '';
    await suite.mockProviders.forgetOfJournal(newest);
    const { id: created } = await change({ properties: { lastname: 'New' } });
    await told(feed, created);
    await eventually(async () => expect(await kinds()).toEqual(['full', 'changes', 'full']), POLLED_MS);
    await eventually(async () => expect(await events('provider.event')).toHaveLength(4));
    const { entries } = await journaled().journal();
    expect(entries.some(({ downloads }) => downloads > 1)).toBe(true);
    expect(journaled().service.logs()).toContain('does not keep the journal of hubspot');
  }, 120_000);

  test('a file that cannot be read is skipped, and what it told is read; nothing of the credential goes to its host', async () => {
    const { feed, ids, change, kinds } = await journaled().synced();
    const [first = '', second = ''] = ids;
    const fileUrl = `${suite.receiver.url}/files/${kind}`;
    await suite.mockProviders.changeJournal({ fileUrl });
    await change({ id: first, properties: { lastname: 'Lost' } });
    await eventually(async () => expect(await kinds()).toEqual(['full', 'changes', 'full']), POLLED_MS);
    expect(await told(feed, first)).toMatchObject([{ item: { properties: { lastname: 'Lost' } } }]);
    const requests = suite.receiver.received.filter((one) => one.path === new URL(fileUrl).pathname);
    expect(requests.length).toBe(5);
    for (const { headers } of requests) expect(headers).not.toHaveProperty('authorization');
    await suite.mockProviders.changeJournal({ fileUrl: null });
    await change({ id: second, deleted: true });
    expect(await told(feed, second)).toMatchObject([{ op: 'delete', evidence: 'told' }]);
    expect(await kinds()).toHaveLength(3);
  }, 120_000);

  test.each([
    [404, 'named'],
    [200, 'unnamed'],
  ] as const)(
    'a journal that ends with a %s, and compressed files (%s), are read, too',
    async (atEnd, gzip) => {
      await suite.mockProviders.changeJournal({ atEnd, gzip });
      const { feed, ids, change, kinds } = await journaled().synced();
      for (const id of ids.slice(0, 2)) {
        await change({ id, deleted: true });
        expect(await told(feed, id)).toMatchObject([{ op: 'delete', evidence: 'told' }]);
      }
      expect(await kinds()).toHaveLength(2);
    },
    120_000,
  );
});

test('two processes read each entry once, and the other one goes on after a crash', async () => {
  const store = await suite.store('redis');
  const first = await JournaledService.start(suite.mockProviders, store);
  const env = { ...first.environment, ...store, PUBLIC_URL: first.service.url };
  const second = await startService({ env });
  try {
    const { feed, ids, change } = await first.synced();
    for (const id of ids.slice(0, 4)) {
      await change({ id, properties: { lastname: 'Told' } });
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    await told(feed, ...ids.slice(0, 4));
    expect((await first.journal()).entries.map(({ downloads }) => downloads)).toEqual([1, 1, 1, 1]);
    await first.service.kill();
    const [last = ''] = ids.slice(4);
    await change({ id: last, deleted: true });
    await eventually(async () => expect((await first.journal()).entries.at(-1)?.downloads).toBe(1), POLLED_MS);
    await first.service.restart();
    expect(await told(feed, last)).toMatchObject([{ op: 'delete', evidence: 'told' }]);

    // While one of them waits for a file, the other one does not ask for it, however often it looks.
    const fault = { provider: 'hubspot', kind: 'never-answers', on: '/webhooks-journal-files' } as const;
    await suite.mockProviders.fault({ ...fault, work: 'not-done', times: 1 });
    const [slow = ''] = ids.slice(5);
    await change({ id: slow, properties: { lastname: 'Slow' } });
    await eventually(async () => expect((await suite.mockProviders.faults())[0]?.hits).toBe(1), POLLED_MS);
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    expect((await first.journal()).entries.at(-1)?.downloads).toBe(0);
    await Promise.all([first.service.kill(), second.kill()]);
    await first.service.restart();
    expect(await told(feed, slow)).toMatchObject([{ item: { properties: { lastname: 'Slow' } } }]);
  } finally {
    await Promise.all([first.service.stop(), second.stop()]);
  }
}, 180_000);
