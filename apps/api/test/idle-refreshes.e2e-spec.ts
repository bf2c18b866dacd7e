import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { someone } from './support/users.js';

/** The clock of the process is so many days ahead. */
const CLOCK = `
const Real = Date;
const aheadMs = Number(process.env.DAYS_AHEAD ?? 0) * 86_400_000;
globalThis.Date = class extends Real {
  constructor(...args) {
    if (args.length === 0) super(Real.now() + aheadMs);
    else super(...args);
  }
  static now() {
    return Real.now() + aheadMs;
  }
};
`;
const GRANTS = 40;

let apart: MockProvidersProcess;
let redis: RedisServer;
let receiver: WebhookReceiver;
let folder: string;
beforeAll(async () => {
  [apart, redis, receiver, folder] = await Promise.all([
    startMockProviders(),
    startRedis(),
    startWebhookReceiver(),
    mkdtemp(join(tmpdir(), 'causeway-clock-')),
  ]);
  await unlimited(apart.mockProviders);
  await writeFile(join(folder, 'clock.cjs'), CLOCK);
}, 60_000);
afterAll(async () => {
  await Promise.all([apart?.stop(), redis?.stop(), receiver?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const path = (id: string) => ({ params: { path: { id } } });

test.each(['embedded', 'redis'])(
  'idle grants are refreshed before they end, spread, with the %s store',
  async (kind) => {
    const environment = {
      ...productionEnvironment(apart.mockProviders),
      ...(kind === 'redis' ? { REDIS_URL: redis.url } : {}),
      WEBHOOK_PRIVATE_ADDRESSES: 'on',
      NODE_OPTIONS: `--require=${join(folder, 'clock.cjs')}`,
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
      const after = (days: number) => service.restart({ ...environment, DAYS_AHEAD: String(days) });
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

test('a grant that cannot be refreshed is told before it ends, once', async () => {
  const environment = {
    ...productionEnvironment(apart.mockProviders),
    WEBHOOK_PRIVATE_ADDRESSES: 'on',
    NODE_OPTIONS: `--require=${join(folder, 'clock.cjs')}`,
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
    await service.restart({ ...environment, DAYS_AHEAD: String(daysAhead) });
    await eventually(() => expect(told()).toHaveLength(1), 60_000);
    const [webhook] = told();
    const event = await verifyWebhook(
      secret,
      { headers: webhook?.headers ?? {}, body: webhook?.body ?? '' },
      { toleranceSeconds: (daysAhead + 1) * 86_400 },
    );
    expect(event).toMatchObject({ type: 'connection.expiring', data: { id, status: 'active' } });
    await service.restart({ ...environment, DAYS_AHEAD: String(daysAhead) });
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(told()).toHaveLength(1);
  } finally {
    await apart.mockProviders.clearFaults();
    await service.stop();
  }
}, 180_000);
