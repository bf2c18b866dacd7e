import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createCauseway } from '@causeway/client';
import {
  freePort,
  runService,
  startRedis,
  startMockProviders,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { authorize, connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { ADMIN_KEY, encryptionKeys, productionEnvironment, startProduction, unlimited } from './support/production.js';
import { expectProblem } from './support/problems.js';
import { raw } from './support/raw.js';
import { someone } from './support/users.js';

const COMMAND = fileURLToPath(new URL('../../../dist/service/causeway.js', import.meta.url));

let apart: MockProvidersProcess;
let redis: RedisServer;
let replicas: [Service, Service];
let environment: Record<string, string>;
const K1 = encryptionKeys('k1');
const K2 = encryptionKeys('k2');
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  await unlimited(apart.mockProviders);
  environment = { ...productionEnvironment(apart.mockProviders), REDIS_URL: redis.url, ENCRYPTION_KEYS: K1 };
  const first = await startProduction(apart.mockProviders, environment);
  const second = await startProduction(apart.mockProviders, { ...environment, PUBLIC_URL: first.url });
  replicas = [first, second];
});
afterAll(() => Promise.all([...(replicas ?? []).map((service) => service.stop()), apart?.stop(), redis?.stop()]));

interface Made {
  connectionId: string;
  key: string;
  session: string;
}

/** Something of everything that is stored or sealed, made at one replica. */
async function make({ url }: Service): Promise<Made> {
  const causeway = createCauseway({ baseUrl: url, apiKey: ADMIN_KEY });
  const user = someone();
  const { id } = await connect(causeway, 'hubspot', user);
  const { data: key } = await causeway.POST('/keys', {
    body: { name: 'a key', scopes: ['connections:read', 'connections:write', 'credentials:read'] },
  });
  const { data: session } = await causeway.POST('/sessions', { body: user });
  return { connectionId: id, key: key?.key ?? '', session: session?.token ?? '' };
}

/** The statuses of reading, refreshing and acting with what was made. */
async function use({ url }: Service, { connectionId, key, session }: Made): Promise<number[]> {
  const at = `${url}/connections/${connectionId}`;
  const answers = [
    await raw(`${at}/token`, { key }),
    await raw(`${at}/refresh`, { key, method: 'POST' }),
    await raw(at, { key: session }),
  ];
  return answers.map(({ response }) => response.status);
}

/** At this stage of the roll, each replica uses what both have made, now or before. */
const made: Made[] = [];
async function expectBothServe(): Promise<void> {
  for (const replica of replicas) made.push(await make(replica));
  for (const replica of replicas) for (const one of made) expect(await use(replica, one)).toEqual([200, 200, 200]);
}

test('a key is replaced in a rolling restart, and at no moment a replica lacks what another has stored', async () => {
  await expectBothServe();
  for (const keys of [`${K1},${K2}`, `${K2},${K1}`])
    for (const replica of replicas) {
      await replica.restart({ ENCRYPTION_KEYS: keys });
      await expectBothServe();
    }
  const both = { ...environment, PATH: process.env['PATH'] ?? '', ENCRYPTION_KEYS: `${K2},${K1}` };
  const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, 'rotate-keys'], {
    cwd: replicas[0].directory,
    env: both,
  });
  expect(stdout).toContain('key "k1": no longer used by any record');
  await expectBothServe();
  // Made before both replicas sealed with the second key: sessions end with the first one.
  const early = made.splice(0, 8);
  for (const replica of replicas) {
    await replica.restart({ ENCRYPTION_KEYS: K2 });
    await expectBothServe();
  }
  for (const one of early) expect((await use(replicas[1], one)).slice(0, 2)).toEqual([200, 200]);
}, 90_000);

test('a replica whose keys are not those of the store does not start, and the reason names the key', async () => {
  const start = async (keys: string) => {
    const { code, stderr } = await runService({
      env: { ...environment, ENCRYPTION_KEYS: keys, PORT: String(await freePort()) },
    });
    return { code, stderr };
  };
  expect(await start(K1)).toEqual({
    code: 1,
    stderr: expect.stringContaining('Causeway does not start: ENCRYPTION_KEYS lacks the key "k2"') as string,
  });
  const other = encryptionKeys('k2');
  const refused = await start(other);
  expect(refused).toEqual({
    code: 1,
    stderr: expect.stringContaining('Causeway does not start: ENCRYPTION_KEYS has another key "k2"') as string,
  });
  expect(refused.stderr).not.toContain(other.slice(3));
});

test('a replica that lacks the key of a connection does not delete it', async () => {
  const [ahead, behind] = replicas;
  await behind.restart({ ENCRYPTION_KEYS: K2 });
  await ahead.restart({ ENCRYPTION_KEYS: `${encryptionKeys('k3')},${K2}` });
  const causeway = createCauseway({ baseUrl: ahead.url, apiKey: ADMIN_KEY });
  const { id } = await connect(causeway, 'hubspot', someone());
  const remove = ({ url }: Service) => raw(`${url}/connections/${id}`, { method: 'DELETE' });
  const disconnections = async () => {
    const { data } = await causeway.GET('/audit', { params: { query: { type: 'disconnected' } } });
    return (data?.events ?? []).filter(({ connectionId }) => connectionId === id).length;
  };
  expectProblem(await remove(behind), 'store-unavailable', 503);
  expect((await raw(`${ahead.url}/connections/${id}/token`)).response.status).toBe(200);
  expect(await disconnections()).toBe(0);
  expect((await remove(ahead)).response.status).toBe(200);
  expect(await disconnections()).toBe(1);
}, 60_000);

test('a replica that lacks the key of a waiting grant leaves it to the others, which revoke it', async () => {
  const [ahead, behind] = replicas;
  const impatient = { FINISH_SECONDS: '1' };
  await behind.restart({ ENCRYPTION_KEYS: `${K2},${K1}`, ...impatient });
  const keys = { ENCRYPTION_KEYS: `${encryptionKeys('k4')},${K2},${K1}`, ...impatient };
  await ahead.restart(keys);
  await apart.mockProviders.clearLog();
  const causeway = createCauseway({ baseUrl: ahead.url, apiKey: ADMIN_KEY });
  const { message } = await authorize(causeway, 'hubspot', someone(), { finish: 'caller' });
  expect(message?.type).toBe('authorized');
  await ahead.kill();
  // Several rounds of the replica that is left.
  await sleep(4_000);
  expect((await apart.mockProviders.log('hubspot')).revokeCalls).toBe(0);
  await ahead.restart(keys);
  await eventually(async () => expect((await apart.mockProviders.log('hubspot')).revokeCalls).toBe(1));
}, 60_000);
