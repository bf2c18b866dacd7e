import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  runService,
  startMockProviders,
  startRedis,
  startService,
  type Service,
  type RedisServer,
} from '@causeway/testing';
import type { MockProvidersProcess } from '@causeway/testing';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { exchange } from './support/exchange.js';
import { productionEnvironment, ADMIN_KEY } from './support/production.js';
import { someone } from './support/users.js';

interface Line {
  level: string;
  worker?: number;
  message: string;
}

let apart: MockProvidersProcess;
let redis: RedisServer;
let environment: Record<string, string>;
let service: Service;
let causeway: CausewayClient;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  const workers = { REDIS_URL: redis.url, WORKERS: '2', SHUTDOWN_SECONDS: '20' };
  environment = { ...productionEnvironment(apart.mockProviders), ...workers };
  service = await startService({ env: environment });
  causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  await listening(2);
});
afterAll(() => Promise.all([service?.stop(), apart?.stop(), redis?.stop()]));

const lines = (of = service) =>
  of
    .logs()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line & { pid: number });
const listeners = (of = service) => lines(of).filter(({ message }) => message.startsWith('listening on'));
const listening = (count: number) => eventually(() => expect(listeners().length).toBeGreaterThanOrEqual(count), 15_000);
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const alive = (of = service) => listeners(of).filter(({ pid }) => isAlive(pid));

/** Connections of their own: the primary process gives them to the workers in turn. */
const lookUps = async (count: number) => {
  const { id } = await connect(causeway, 'notion', someone());
  const answers = await Promise.all(
    Array.from({ length: count }, () => exchange(service.url, `/connections/${id}/token`)),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
};
const lookUpsIn = (metrics: string) =>
  Number(/^causeway_http_request_seconds_count\{[^}]*token[^}]*\} (\d+)/m.exec(metrics)?.[1] ?? 0);
const metrics = async () => (await exchange(service.url, '/metrics')).body.toString();

test('each line of the log says which worker wrote it', () => {
  expect(
    listeners()
      .map(({ worker }) => worker)
      .sort(),
  ).toEqual([1, 2]);
});

test('metrics are those of all workers, whichever is asked', async () => {
  const before = lookUpsIn(await metrics());
  await lookUps(20);
  for (let asked = 0; asked < 4; asked += 1) expect(lookUpsIn(await metrics())).toBe(before + 20);
  const summary = (await exchange(service.url, '/metrics/summary')).json<{ requests: number; memoryBytes: number }>();
  expect(summary.requests).toBeGreaterThan(20);
  // Two processes of more than 40 MB each.
  expect(summary.memoryBytes).toBeGreaterThan(80 * 1024 * 1024);
});

test('a worker that dies is replaced, and the others go on meanwhile', async () => {
  const [victim, survivor] = alive();
  const count = listeners().length;
  process.kill(victim?.pid ?? 0, 'SIGKILL');
  await eventually(() => expect(isAlive(victim?.pid ?? 0)).toBe(false));
  await lookUps(4);
  await listening(count + 1);
  expect(alive().map(({ pid }) => pid)).toContain(survivor?.pid);
  await lookUps(20);
});

test('SIGTERM ends all of them, and no request is lost', async () => {
  const { id } = await connect(causeway, 'hubspot', someone());
  await apart.mockProviders.fault({ provider: 'hubspot', on: 'data', kind: 'latency', ms: 1_500 });
  const path = `/connections/${id}/proxy/crm/v3/objects/contacts?limit=1`;
  const calls = Promise.all(Array.from({ length: 6 }, () => exchange(service.url, path)));
  await eventually(async () => expect((await apart.mockProviders.log('hubspot')).dataCalls).toBeGreaterThanOrEqual(6));
  const pids = alive().map(({ pid }) => pid);
  expect(pids).toHaveLength(2);
  service.signal('SIGTERM');
  expect((await calls).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  expect((await service.ended()).code).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
});

test('gives up, and says so, when workers keep dying', async () => {
  const dying = await startService({ env: environment });
  let isOver = false;
  const ended = dying.ended().finally(() => (isOver = true));
  while (!isOver) {
    for (const { pid } of alive(dying)) process.kill(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect((await ended).code).toBe(1);
  expect(lines(dying).at(-1)).toMatchObject({ level: 'fatal', message: expect.stringMatching(/no more are started/) });
  await dying.stop();
}, 60_000);

test.each([
  ['with the embedded store', {}],
  ['in sandbox mode', { CAUSEWAY_MODE: 'sandbox', ADMIN_KEY: '', ENCRYPTION_KEYS: '' }],
])('is refused by name %s', async (_, changed) => {
  const env = { ...productionEnvironment(apart.mockProviders), WORKERS: '2', ...changed };
  const { code, stderr } = await runService({ env });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Causeway does not start: WORKERS has to be 1/m);
});

test('what is wrong with the store is said once', async () => {
  const other = { ...productionEnvironment(apart.mockProviders), WORKERS: '2', REDIS_URL: redis.url };
  const { code, stderr } = await runService({ env: other });
  expect(code).toBe(1);
  expect(stderr.match(/^Causeway does not start: ENCRYPTION_KEYS has another key/gm)).toHaveLength(1);
});
