import { createCauseway, type CausewayClient, type Connection } from '@causeway/client';
import {
  startMockProviders,
  startRedis,
  startService,
  type MockProviders,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { exchange } from './support/exchange.js';
import { listen } from './support/listen.js';
import { keyOf } from './support/load.js';
import { expectProblem, retryAfterOf } from './support/problems.js';
import { ADMIN_KEY, unlimited } from './support/production.js';
import { ReadinessFollower } from './support/readiness.js';
import { startSandboxMode } from './support/sandbox-mode.js';
import { openStream, readAll, streamed, type Streamed } from './support/streamed.js';
import { someone } from './support/users.js';

const CONTACTS = 3_000;
/** Long enough for whoever follows readiness to see it, and for all that these tests let run. */
const PATIENT = { DRAIN_SECONDS: '1', SHUTDOWN_SECONDS: '60' };
const IMPATIENT = { DRAIN_SECONDS: '0', SHUTDOWN_SECONDS: '1' };

let apart: MockProvidersProcess;
let mockProviders: MockProviders;
let redis: RedisServer;
let apps: Apps;
let drained: Service;
let other: Service;
/** A client of the other one. */
let causeway: CausewayClient;
let hubspot: Connection;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis({ appendOnly: true })]);
  mockProviders = await unlimited(apart.mockProviders);
  const sizes = { contacts: CONTACTS, companies: 0, deals: 0, tickets: 0 };
  await mockProviders.resize({ provider: 'hubspot', sizes });
  apps = new Apps(mockProviders);
  await apps.become('hubspot');
  await apps.become('airtable', { refreshGraceSeconds: 0 });
  const env = { ...apps.environment(), REDIS_URL: redis.url, ...PATIENT };
  [drained, other] = await Promise.all([startService({ env }), startService({ env })]);
  causeway = createCauseway({ baseUrl: other.url, apiKey: ADMIN_KEY });
  hubspot = await connect(causeway, 'hubspot', someone());
});
afterAll(() => Promise.all([drained?.stop(), other?.stop(), apart?.stop(), redis?.stop()]));
beforeEach(() => mockProviders.clearFaults());

const at = (id: string) => ({ params: { path: { id } } });
const clientOf = ({ url }: Service) => createCauseway({ baseUrl: url, apiKey: ADMIN_KEY });
const itemsUrl = ({ url }: Service) => `${url}/connections/${hubspot.id}/items`;
const CONTACT_PATH = '/crm/v3/objects/contacts?limit=1';
const proxied = ({ url }: Service) => exchange(url, `/connections/${hubspot.id}/proxy${CONTACT_PATH}`);
const slowPages = (ms: number) => mockProviders.fault({ provider: 'hubspot', on: 'data', kind: 'latency', ms });
const pageCalls = async () => (await mockProviders.log('hubspot')).dataCalls;

/** A connection whose access token is over, and whose refresh token is good for one refresh. */
async function expired(): Promise<Connection> {
  await apps.become('airtable', { refreshGraceSeconds: 0, accessTokenTtlSeconds: 1 });
  const made = await connect(causeway, 'airtable', someone());
  await apps.become('airtable', { refreshGraceSeconds: 0 });
  return made;
}

function expectWhole({ items, end }: Streamed, more: Streamed['items'] = []): void {
  expect(end).toMatchObject({ complete: true });
  expect(new Set([...more, ...items].map(keyOf)).size).toBe(CONTACTS);
  expect([...more, ...items]).toHaveLength(CONTACTS);
}

describe('at SIGTERM, within the limits', () => {
  afterEach(() => drained.restart(PATIENT));

  test('is not ready at once, and goes on serving on connections that close', async () => {
    const kept = await exchange(drained.url, '/integrations', { headers: { connection: 'keep-alive' } });
    expect(kept.headers.connection).not.toBe('close');
    drained.signal('SIGTERM');
    const seen = await eventually(async () => {
      const ready = await exchange(drained.url, '/health/ready');
      expect(ready.status).toBe(503);
      return ready;
    });
    expect(seen.json()).toEqual({
      status: 'failing',
      parts: { process: { status: 'failing', detail: expect.stringMatching(/^shutting-down/), warnings: [] } },
    });
    const served = await exchange(drained.url, '/connections', { headers: { connection: 'keep-alive' } });
    expect(served.status).toBe(200);
    expect(served.headers.connection).toBe('close');
    expect((await exchange(drained.url, '/health/live')).status).toBe(200);
    const { code } = await drained.ended();
    expect(code).toBe(0);
  });

  test('no request fails while clients follow readiness: look-ups, proxied calls, pages, refreshes', async () => {
    await slowPages(100);
    const ready = new ReadinessFollower([drained, other]);
    const seen: Record<string, number> = {};
    const asked = { drained: 0, other: 0 };
    let isOver = false;
    const repeat = async (name: string, ask: (service: Service) => Promise<number | string>) => {
      while (!isOver) {
        const service = ready.next();
        asked[service === drained ? 'drained' : 'other'] += 1;
        const outcome = `${name}: ${await ask(service).catch((error: unknown) => String(error))}`;
        seen[outcome] = (seen[outcome] ?? 0) + 1;
      }
    };
    const token = async (service: Service, id: string) =>
      (await clientOf(service).GET('/connections/{id}/token', at(id))).response.status;
    const traffic = [
      repeat('look-up', (service) => token(service, hubspot.id)),
      repeat('proxied', async (service) => (await proxied(service)).status),
      repeat('page', async (service) => {
        const query = { limit: 50 };
        const headers = { 'cache-control': 'no-cache' };
        const path = { id: hubspot.id };
        return (await clientOf(service).GET('/connections/{id}/items', { params: { path, query }, headers })).response
          .status;
      }),
      repeat('refresh', async (service) => token(service, (await expired()).id)),
    ];
    const load = readAll(await openStream(itemsUrl(drained), { types: 'contact' }));
    await eventually(() => expect(asked.drained).toBeGreaterThan(10));
    drained.signal('SIGTERM');
    await drained.ended();
    const { drained: before } = asked;
    await new Promise((resolve) => setTimeout(resolve, 300));
    isOver = true;
    await Promise.all(traffic);
    ready.stop();
    expect(Object.keys(seen).sort()).toEqual(['look-up: 200', 'page: 200', 'proxied: 200', 'refresh: 200']);
    expect(asked.drained).toBe(before);
    expectWhole(await load);
  });

  test('an event stream ends at once, and its client goes on elsewhere without a gap', async () => {
    const stream = await listen(`${drained.url}/events?orgId=${hubspot.orgId}`, ADMIN_KEY);
    drained.signal('SIGTERM');
    const began = performance.now();
    await stream.ended;
    expect(performance.now() - began).toBeLessThan(900);
    await causeway.POST('/connections/{id}/refresh', at(hubspot.id));
    const next = await listen(`${other.url}/events?orgId=${hubspot.orgId}`, ADMIN_KEY, stream.lastId());
    await eventually(() => expect(next.heard.map(({ event }) => event)).toEqual(['connection.updated']));
    next.stop();
    await drained.ended();
  });
});

describe('at the end of SHUTDOWN_SECONDS', () => {
  beforeEach(() => drained.restart(IMPATIENT));
  afterAll(() => drained.restart(PATIENT));

  test('what waits for a provider is shutting-down, and says when to come back', async () => {
    await slowPages(30_000);
    const before = await pageCalls();
    const params = { path: { id: hubspot.id }, query: { limit: 50 } };
    const page = clientOf(drained).GET('/connections/{id}/items', { params, headers: { 'cache-control': 'no-cache' } });
    const call = proxied(drained);
    await eventually(async () => expect((await pageCalls()) - before).toBe(2));
    drained.signal('SIGTERM');
    const answered = await page;
    expectProblem(answered, 'shutting-down', 503);
    expect(retryAfterOf(answered)).toBe(1);
    expect((await call).status).toBe(503);
    expect((await call).headers['retry-after']).toBe('1');
    expect((await call).json()).toMatchObject({ slug: 'shutting-down' });
    await drained.ended();
  });

  test('a streamed load says so and goes on elsewhere', async () => {
    await slowPages(300);
    const response = await openStream(itemsUrl(drained), { types: 'contact' });
    const load = readAll(response);
    drained.signal('SIGTERM');
    const { items, end } = await load;
    expect(end).toMatchObject({ complete: false, problem: { slug: 'shutting-down', status: 503 } });
    await mockProviders.clearFaults();
    const rest = await streamed(itemsUrl(other), { cursor: end?.resumeCursor ?? undefined });
    expectWhole(rest, items);
    await drained.ended();
  });

  test('a refresh that has begun is finished and stored', async () => {
    const { id } = await expired();
    await mockProviders.clearLog();
    const slow = { provider: 'airtable', kind: 'latency', on: 'token', ms: 4_000, work: 'done', times: 1 } as const;
    await mockProviders.fault(slow);
    const waiting = clientOf(drained).GET('/connections/{id}/token', at(id));
    await eventually(async () => expect((await mockProviders.log('airtable')).tokenCalls).toBe(1));
    drained.signal('SIGTERM');
    expectProblem(await waiting, 'shutting-down', 503);
    expect((await drained.ended()).code).toBe(0);
    const { data } = await causeway.GET('/connections/{id}/token', at(id));
    expect(data?.accessToken).toEqual(expect.any(String));
    // The grant was spent once, and what came of it is in the store.
    expect((await mockProviders.log('airtable')).tokenCalls).toBe(1);
  });

  test('a second signal ends the process at once', async () => {
    await drained.restart({ DRAIN_SECONDS: '60' });
    drained.signal('SIGTERM');
    await eventually(async () => expect((await exchange(drained.url, '/health/ready')).status).toBe(503));
    // npm passes on what the terminal has sent already: together they are one.
    drained.signal('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect((await exchange(drained.url, '/health/live')).status).toBe(200);
    drained.signal('SIGTERM');
    expect((await drained.ended()).code).toBe(143);
  });
});

test('Ctrl-C in sandbox mode does not wait for anything', async () => {
  const { service, mockProviders: own } = await startSandboxMode({ DRAIN_SECONDS: '', SHUTDOWN_SECONDS: '' });
  const sandbox = createCauseway({ baseUrl: service.url });
  const user = someone();
  await connect(sandbox, 'notion', user);
  await sandbox.GET('/health/ready');
  await own.fault({ provider: 'notion', on: 'data', kind: 'never-answers' });
  const params = { path: { integration: 'notion' } };
  const call = sandbox.POST('/integrations/{integration}/load', { params, body: { ...user, limit: 5 } });
  await eventually(async () => expect((await own.log('notion')).dataCalls).toBeGreaterThan(0));
  const began = performance.now();
  service.signal('SIGINT');
  expect((await call).response.status).toBe(503);
  await service.ended();
  expect(performance.now() - began).toBeLessThan(2_000);
  await service.stop();
});
