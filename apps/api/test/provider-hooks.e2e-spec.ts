import { createCauseway, unwrap } from '@causeway/client';
import { startService, type Service } from '@causeway/testing';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { makeClock } from './support/moved-clock.js';
import { ADMIN_KEY } from './support/production.js';
import { RedisProxy } from './support/redis-proxy.js';
import { basesToWatch, webhookEnvironment } from './support/subscribe.js';
import { someone } from './support/users.js';
import { WebhookSuite } from './support/webhook-suite.js';

/** Airtable's webhooks, which the service makes. */
let suite: WebhookSuite;
beforeAll(async () => {
  suite = await WebhookSuite.start();
}, 60_000);
afterAll(() => suite?.stop());

afterEach(() => suite.mockProviders.changeHooks({ integration: 'airtable', expiresInSeconds: 0 }));

const hooks = async () => (await suite.mockProviders.webhooks('airtable')).hooks;
const ids = async () => (await hooks()).map(({ id }) => id).sort();
const bases = async () => (await hooks()).map(({ base }) => base).sort();
/** What the service responds to a notification of each. */
const statuses = async () => {
  const sent = await suite.mockProviders.sendWebhooks({ integration: 'airtable', count: 1 });
  return [...new Set(sent.map(({ status }) => status))];
};

/** A connection. `watch` makes a sync; `watched`: the bases in which its user may make webhooks. */
async function watcher({ url }: Service) {
  const client = createCauseway({ baseUrl: url, apiKey: ADMIN_KEY });
  const { id } = await connect(client, 'airtable', someone());
  const settings = { connectionId: id, everySeconds: 604_800, fullEverySeconds: 2_592_000 };
  const watch = (type: string) => unwrap(client.POST('/syncs', { body: { ...settings, types: [type] } }));
  return { watch, watched: await basesToWatch(client, id) };
}

test('are renewed when half of their week is over, and made again where they are gone', async () => {
  const clock = await makeClock();
  const environment = webhookEnvironment(suite.mockProviders);
  const service = await startService({ env: environment });
  try {
    const { watch, watched } = await watcher(service);
    await watch('table');
    await eventually(async () => expect(await bases()).toEqual(watched), 30_000);
    await eventually(async () => expect(await statuses()).toEqual([200]));
    const made = await ids();

    await service.restart({ ...environment, ...clock.ahead(4) });
    await eventually(async () => {
      expect(await ids()).toEqual(made);
      expect((await hooks()).every(({ refreshes }) => refreshes === 1)).toBe(true);
    }, 30_000);

    await suite.mockProviders.changeHooks({ integration: 'airtable', expiresInSeconds: 0 });
    expect(await ids()).toEqual([]);
    await service.restart({ ...environment, ...clock.ahead(6) });
    await eventually(async () => expect(await bases()).toEqual(watched), 30_000);
  } finally {
    await Promise.all([service.stop(), clock.remove()]);
  }
}, 120_000);

test('one that was made while the store went away is made again when it is back', async () => {
  const store = await suite.store('redis');
  const proxy = await RedisProxy.start(store['REDIS_URL'] ?? '');
  const env = { ...webhookEnvironment(suite.mockProviders), ...store, REDIS_URL: proxy.url };
  const service = await startService({ env });
  try {
    const { watch, watched } = await watcher(service);
    const held = proxy.holdFrom((command) => command.includes('EVALSHA') && command.includes('value:hook-id:'));
    await watch('table');
    await held;
    await suite.redis.kill();
    proxy.release();
    expect(await ids()).not.toEqual([]);
    await suite.redis.restart();
    await eventually(async () => expect(await bases()).toEqual(watched), 60_000);
    await eventually(async () => expect(await statuses()).toEqual([200]));
  } finally {
    await service.stop();
    await proxy.stop();
  }
}, 150_000);
