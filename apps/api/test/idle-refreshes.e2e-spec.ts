import { createCauseway, unwrap, verifyWebhook } from '@causeway/client';
import {
  startMockProviders,
  startRedis,
  startService,
  startWebhookReceiver,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
  type WebhookReceiver,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { makeClock, type MovedClock } from './support/moved-clock.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { someone } from './support/users.js';

const GRANTS = 40;

let apart: MockProvidersProcess;
let redis: RedisServer;
let receiver: WebhookReceiver;
let clock: MovedClock;
beforeAll(async () => {
  [apart, redis, receiver, clock] = await Promise.all([
    startMockProviders(),
    startRedis(),
    startWebhookReceiver(),
    makeClock(),
  ]);
  await unlimited(apart.mockProviders);
}, 60_000);
afterAll(() => Promise.all([apart?.stop(), redis?.stop(), receiver?.stop(), clock?.remove()]));

const path = (id: string) => ({ params: { path: { id } } });

test.each(['embedded', 'redis'])(
  'idle grants are refreshed before they end, spread, with the %s store',
  async (kind) => {
    const environment = {
      ...productionEnvironment(apart.mockProviders),
      ...(kind === 'redis' ? { REDIS_URL: redis.url } : {}),
      WEBHOOK_PRIVATE_ADDRESSES: 'on',
    };
    const service: Service = await startService({ env: environment });
    try {
      const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
      const ids: string[] = [];
      for (let i = 0; i < GRANTS; i += 1) {
        const { id, healthyUntil } = await connect(client, 'airtable', someone());
        const days = (Date.parse(healthyUntil ?? '') - Date.now()) / 86_400_000;
        expect(days).toBeGreaterThan(59.9);
        expect(days).toBeLessThan(60.1);
        ids.push(id);
      }
      const refreshed = async () => {
        const found = await Promise.all(ids.map((id) => unwrap(client.GET('/connections/{id}', path(id)))));
        expect(new Set(found.map(({ status }) => status))).toEqual(new Set(['active']));
        return found.filter(({ lastRefreshedAt }) => lastRefreshedAt !== null).length;
      };
      const after = (days: number) => service.restart({ ...environment, ...clock.ahead(days) });
      await after(29);
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      expect(await refreshed()).toBe(0);
      await after(35);
      await eventually(async () => expect(await refreshed()).toBeGreaterThan(GRANTS / 5), 30_000);
      expect(await refreshed()).toBeLessThan(GRANTS);
      await after(41);
      await eventually(async () => expect(await refreshed()).toBe(GRANTS), 30_000);
    } finally {
      await service.stop();
    }
  },
  180_000,
);

test('a grant that cannot be refreshed is told a week and a day before it ends, once each', async () => {
  const environment = {
    ...productionEnvironment(apart.mockProviders),
    WEBHOOK_PRIVATE_ADDRESSES: 'on',
  };
  const service = await startService({ env: environment });
  try {
    const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
    const user = someone();
    const { id } = await connect(client, 'airtable', user);
    const url = `${receiver.url}/${user.orgId}`;
    const body = { url, orgIds: [user.orgId], events: ['connection.expiring' as const] };
    const { secret } = await unwrap(client.POST('/webhook-endpoints', { body }));
    const told = () => receiver.received.filter((webhook) => webhook.path === new URL(url).pathname);
    await apart.mockProviders.fault({
      provider: 'airtable',
      on: '/oauth2/v1/token',
      kind: 'server-error',
      status: 503,
    });
    const daysAhead = 54;
    await service.restart({ ...environment, ...clock.ahead(daysAhead) });
    await eventually(() => expect(told()).toHaveLength(1), 60_000);
    const [webhook] = told();
    const event = await verifyWebhook(
      secret,
      { headers: webhook?.headers ?? {}, body: webhook?.body ?? '' },
      { toleranceSeconds: (daysAhead + 1) * 86_400 },
    );
    expect(event).toMatchObject({ type: 'connection.expiring', data: { id, status: 'active' } });
    await service.restart({ ...environment, ...clock.ahead(daysAhead) });
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(told()).toHaveLength(1);
    await service.restart({ ...environment, ...clock.ahead(59.5) });
    await eventually(() => expect(told()).toHaveLength(2), 60_000);
    await service.restart({ ...environment, ...clock.ahead(59.9) });
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(told()).toHaveLength(2);
  } finally {
    await apart.mockProviders.clearFaults();
    await service.stop();
  }
}, 180_000);

test('a grant whose life is a few seconds is not refreshed all the time', async () => {
  const apps = new Apps(apart.mockProviders);
  await apps.become('airtable', { refreshTokenTtlSeconds: 8 });
  // It looks every two seconds: with this clock each time in a new life of the grant.
  const service = await startService({ env: { ...apps.environment(), ...clock.running(0, 6) } });
  try {
    const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
    await connect(client, 'airtable', someone());
    await apart.mockProviders.clearLog();
    const refreshes = async () => (await apart.mockProviders.log('airtable')).tokenCalls;
    // Twelve in twelve hours, and the one after which that is known.
    await eventually(async () => expect(await refreshes()).toBe(13), 90_000);
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(await refreshes()).toBe(13);
  } finally {
    await service.stop();
  }
}, 120_000);
