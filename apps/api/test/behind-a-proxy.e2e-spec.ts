import { fileURLToPath } from 'node:url';
import { createCauseway, type CausewayClient, type Connection } from '@causeway/client';
import {
  freePort,
  spawnOwned,
  startMockProviders,
  startRedis,
  startService,
  type MockProvidersProcess,
  type OwnedProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { exchange, type Exchange } from './support/exchange.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { someone } from './support/users.js';

/** The proxy of `deploy/compose/replicas.yml`, with its own file, in front of three processes. */
const FILE = fileURLToPath(new URL('../../../deploy/compose/haproxy.cfg', import.meta.url));

let apart: MockProvidersProcess;
let redis: RedisServer;
let replicas: [Service, Service, Service];
let proxy: OwnedProcess;
let origin: string;
let causeway: CausewayClient;
let connection: Connection;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  await unlimited(apart.mockProviders);
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  const settings = { TRUST_PROXY: 'on', DRAIN_SECONDS: '5', SHUTDOWN_SECONDS: '25', PUBLIC_URL: origin };
  const env = { ...productionEnvironment(apart.mockProviders), ...settings, REDIS_URL: redis.url };
  replicas = await Promise.all([startService({ env }), startService({ env }), startService({ env })]);
  const addresses = replicas.map((replica, index) => [`REPLICA${index + 1}`, `127.0.0.1:${replica.port}`]);
  proxy = await spawnOwned('haproxy', ['-db', '-f', FILE], {
    env: {
      PATH: process.env['PATH'] ?? '',
      BIND: `127.0.0.1:${port}`,
      SCHEME: 'http',
      ...Object.fromEntries(addresses),
    },
    cwd: process.cwd(),
  });
  causeway = createCauseway({ baseUrl: origin, apiKey: ADMIN_KEY });
  await eventually(async () => expect((await exchange(origin, '/health/ready')).status).toBe(200));
  connection = await connect(causeway, 'hubspot', someone());
});
afterAll(async () => {
  proxy?.signal('SIGKILL');
  await Promise.all([...(replicas ?? []).map((replica) => replica.stop()), apart?.stop(), redis?.stop()]);
});

/** Requests of all kinds, side by side, until it is told to stop. @returns how many ended how */
function traffic() {
  const outcomes = new Map<string, number>();
  let isOver = false;
  const paths = [
    `/connections/${connection.id}/token`,
    `/connections/${connection.id}/proxy/crm/v3/objects/contacts?limit=1`,
    `/connections/${connection.id}/items?limit=20`,
    '/connections?limit=5',
  ];
  const ask = async (path: string) => {
    while (!isOver) {
      const outcome = await exchange(origin, path, { headers: { 'cache-control': 'no-cache' } }).then(
        ({ status, body }) => (status === 200 ? '200' : `${status} ${body.toString().slice(0, 200)}`),
        String,
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  const running = Promise.all([...paths, ...paths].map(ask));
  return {
    outcomes,
    async stop() {
      isOver = true;
      await running;
      return Object.fromEntries(outcomes);
    },
  };
}

const requestsOf = async ({ url }: Service) => {
  const text = (await exchange(url, '/metrics')).body.toString();
  const counts = [...text.matchAll(/^causeway_http_request_seconds_count\{[^}]*connections[^}]*\} (\d+)/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
};

/** The proxy sends it requests, after a restart too. */
const inUse = async (replica: Service) => {
  const before = await requestsOf(replica);
  await eventually(async () => {
    await Promise.all(replicas.map(() => exchange(origin, '/connections?limit=1')));
    expect(await requestsOf(replica)).toBeGreaterThan(before);
  }, 20_000);
};

test('all replicas get requests, and none fails while one of them drains and comes back', async () => {
  const [drained, , last] = replicas;
  const load = traffic();
  await eventually(async () => {
    for (const replica of replicas) expect(await requestsOf(replica)).toBeGreaterThan(10);
  });
  drained.signal('SIGTERM');
  expect((await drained.ended()).code).toBe(0);
  await drained.restart();
  await eventually(async () => expect(await requestsOf(drained)).toBeGreaterThan(10), 20_000);
  const before = await requestsOf(last);
  expect(await load.stop()).toEqual({ 200: expect.any(Number) });
  expect(before).toBeGreaterThan(10);
}, 60_000);

test('a replica that is killed fails only what it had', async () => {
  const [, killed] = replicas;
  const load = traffic();
  await eventually(() => expect(load.outcomes.get('200') ?? 0).toBeGreaterThan(50));
  await killed.kill();
  const atKill = load.outcomes.get('200') ?? 0;
  await eventually(() => expect(load.outcomes.get('200') ?? 0).toBeGreaterThan(atKill + 100));
  const { 200: fine = 0, ...failed } = await load.stop();
  expect(fine).toBeGreaterThan(150);
  // One request of each of those that asked, at most.
  expect(Object.values(failed).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(8);
  await killed.restart();
}, 60_000);

describe('with a request on every replica, when one is killed', () => {
  const REQUESTS = 6;
  const path = 'crm/v3/objects/contacts';
  const providerCalls = async () => (await apart.mockProviders.log('hubspot')).dataCalls;

  afterEach(() => apart.mockProviders.clearFaults());

  /** The killed one has some of them, as they are spread over all three. @returns the statuses, and how many calls the provider got */
  async function killDuring(call: string, wish: Exchange): Promise<{ statuses: number[]; calls: number }> {
    const [killed] = replicas;
    await Promise.all(replicas.map(inUse));
    await apart.mockProviders.fault({ provider: 'hubspot', on: 'data', kind: 'latency', ms: 3_000 });
    const before = await providerCalls();
    const headers = { 'content-type': 'application/json' };
    const pending = Array.from({ length: REQUESTS }, () =>
      exchange(origin, `/connections/${connection.id}/proxy/${call}`, { ...wish, headers }),
    );
    await eventually(async () => expect((await providerCalls()) - before).toBe(REQUESTS));
    await killed.kill();
    const statuses = (await Promise.all(pending)).map(({ status }) => status);
    const calls = (await providerCalls()) - before;
    await killed.restart();
    return { statuses, calls };
  }

  test('no write reaches the provider twice', async () => {
    const body = JSON.stringify({ inputs: [], properties: [] });
    const { statuses, calls } = await killDuring(`${path}/batch/read`, { method: 'POST', body });
    expect(calls).toBe(REQUESTS);
    expect(new Set(statuses)).toEqual(new Set([200, 502]));
  }, 60_000);

  test('what reads is sent to another replica', async () => {
    const { statuses, calls } = await killDuring(`${path}?limit=1`, {});
    expect(calls).toBeGreaterThan(REQUESTS);
    expect(new Set(statuses)).toEqual(new Set([200]));
  }, 60_000);
});

test.each(['/metrics', '/%6detrics', '/%6Detrics?a=b', '/metr%69cs#a'])(
  'metrics are not for those outside: %s',
  async (path) => {
    const answer = await exchange(origin, path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.body.toString()).not.toContain('causeway_');
  },
);

test('what else begins like them is', async () => {
  expect((await exchange(origin, '/metrics/summary')).status).toBe(200);
  expect((await exchange(origin, '/health/live')).status).toBe(200);
});

test('a Redis that is slow takes no replica out', async () => {
  await Promise.all(replicas.map(inUse));
  const isOut = async () => (await exchange(origin, '/health/live')).status !== 200;
  redis.pause();
  const resumed = new Promise((resolve) => setTimeout(resolve, 1_200)).then(() => redis.resume());
  const outcomes: boolean[] = [];
  const until = performance.now() + 2_000;
  while (performance.now() < until) {
    outcomes.push(await isOut());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await resumed;
  expect(outcomes.length).toBeGreaterThan(10);
  expect(outcomes).not.toContain(true);
}, 60_000);
