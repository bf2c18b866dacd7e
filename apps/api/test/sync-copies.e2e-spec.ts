import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createCauseway, unwrap, type CausewayClient, type Sync } from '@causeway/client';
import { openRecordStore } from '@causeway/records';
import { startMockProviders, startPostgres, startRedis, startService } from '@causeway/testing';
import type { MockProvidersProcess, PostgresServer, RedisServer, Service } from '@causeway/testing';
import { newConnectionId } from '../src/connections/connection-record.js';
import { newSalt, SyncSeal } from '../src/syncs/sync-records.js';
import { causeway } from './support/command.js';
import { connect } from './support/connect.js';
import { FeedCopy } from './support/feed-copy.js';
import { expectProblem } from './support/problems.js';
import { ADMIN_KEY, encryptionKeys, productionEnvironment, unlimited } from './support/production.js';
import { keyringOf } from './support/seeded-store.js';
import { ended, runsOf } from './support/sync-runs.js';
import { someone } from './support/users.js';

const SIZE = 40;

let apart: MockProvidersProcess;
let postgres: PostgresServer;
let folder: string;
let env: Record<string, string>;
const servers: RedisServer[] = [];
let services: Service[] = [];
beforeAll(async () => {
  [apart, postgres] = await Promise.all([startMockProviders(), startPostgres()]);
  await unlimited(apart.mockProviders);
  folder = await mkdtemp(join(tmpdir(), 'causeway-sync-copies-'));
  env = productionEnvironment(apart.mockProviders);
}, 60_000);
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop()));
  services = [];
});
afterAll(async () => {
  await Promise.all([apart?.stop(), postgres?.stop(), ...servers.map((server) => server.stop())]);
  if (folder) await rm(folder, { recursive: true });
});

async function inRedis(): Promise<Record<string, string>> {
  const server = await startRedis();
  servers.push(server);
  return { ...env, REDIS_URL: server.url, DATABASE_URL: (await postgres.database()).url };
}

const settingsOf = (kind: string) => (kind === 'redis' ? inRedis() : Promise.resolve(env));

async function started(settings: Record<string, string>): Promise<Service> {
  const service = await startService({ env: settings });
  services.push(service);
  return service;
}

const clientOf = ({ url }: Service) => createCauseway({ baseUrl: url, apiKey: ADMIN_KEY });

/** Three syncs of two organizations, one of them paused, after their first runs. */
async function synced(client: CausewayClient) {
  const make = async (types: string[], more: object = {}) => {
    const account = String(820_000_000 + Math.floor(Math.random() * 1_000_000));
    await apart.mockProviders.addAccount({ provider: 'hubspot', account, sizes: { contacts: SIZE, companies: 3 } });
    const { id: connectionId } = await connect(client, 'hubspot', someone(), { account });
    const { id } = await unwrap(client.POST('/syncs', { body: { connectionId, types, ...more } }));
    await ended(client, id, 1);
    return { id, connectionId };
  };
  const first = await make(['contact'], { everySeconds: 600, fullEverySeconds: 7_200 });
  const second = await make(['company']);
  const { connectionId } = second;
  const paused = await unwrap(client.POST('/syncs', { body: { connectionId, types: ['contact', 'company'] } }));
  await ended(client, paused.id, 1);
  await client.PATCH('/syncs/{id}', { params: { path: { id: paused.id } }, body: { paused: true } });
  const copy = new FeedCopy(client, first.id);
  await copy.read();
  return { active: [first.id, second.id], paused: paused.id, copy, connectionId };
}

/** What somebody has decided of the syncs. */
async function decided(client: CausewayClient): Promise<object[]> {
  const { syncs } = await unwrap(client.GET('/syncs', {}));
  return syncs.map(({ items: _, lastRun: _run, nextRunAt: _next, ...rest }: Sync) => rest);
}

/** The same syncs run by themselves, and readers begin anew. */
async function expectGoingOn(
  client: CausewayClient,
  { active, paused, copy }: Awaited<ReturnType<typeof synced>>,
): Promise<void> {
  for (const id of active) expect(await ended(client, id, 1)).toMatchObject({ kind: 'full', outcome: 'complete' });
  expect(await runsOf(client, paused)).toEqual([]);
  const known = copy.items.size;
  const [id = ''] = active;
  const params = { path: { id }, query: { cursor: copy.cursor ?? '' } };
  expectProblem(await client.GET('/syncs/{id}/changes', { params }), 'cursor-too-old', 410);
  const anew = new FeedCopy(client, id);
  await anew.read();
  expect(anew.items.size).toBe(known);
}

describe.each([
  ['embedded', 'redis'],
  ['redis', 'embedded'],
] as const)('from the %s store to the %s one', (kind, other) => {
  test('a backup has the syncs, which go on by themselves where it is restored', async () => {
    const [source, target] = await Promise.all([settingsOf(kind), settingsOf(other)]);
    const service = await started(source);
    const of = await synced(clientOf(service));
    const expected = await decided(clientOf(service));
    // Of a connection that is not in the backup.
    const records = await openRecordStore(
      source['DATABASE_URL'] === undefined
        ? { kind: 'embedded', directory: join(service.directory, '.data', 'syncs'), report: () => undefined }
        : { kind: 'postgres', url: source['DATABASE_URL'], report: () => undefined },
    );
    const orphan = { id: 'syn_0123456789abcdef01234567', orgId: 'gone', userId: 'ann' };
    const settings = { types: ['contact'], parent: null, everySeconds: 600, fullEverySeconds: 7_200 };
    await records.create({
      ...{ ...orphan, name: 'orphan', connectionId: newConnectionId('gone'), createdAt: 1, nextRunAt: null },
      settings: new SyncSeal(keyringOf(env['ENCRYPTION_KEYS'] ?? ''), orphan.id).settings({
        ...{ ...settings, paused: false, salt: newSalt() },
      }),
    });
    await records.close();
    const file = join(folder, `of ${kind}`);
    const saved = await causeway(['backup', file], { env: source, cwd: service.directory });
    expect(saved).toMatchObject({ code: 0, stderr: expect.not.stringContaining('no backup') as string });
    expect(saved.stdout).toContain('saved what 4 syncs are, without their items\n');
    await service.kill();

    const restored = await started(target);
    await restored.kill();
    const outcome = await causeway(['restore', file], { env: target, cwd: restored.directory });
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toContain('made 3 syncs; each loads its items anew with its first run\n');
    expect(outcome.stdout).toContain('1 syncs were left out: their connection is not there\n');
    await restored.restart();
    expect(await decided(clientOf(restored))).toEqual(expected);
    await expectGoingOn(clientOf(restored), of);
  }, 240_000);

  test('a migration takes the syncs along, and leaves the source as it is', async () => {
    // A migration knows the settings of both stores.
    const settings = await inRedis();
    const { REDIS_URL: _, DATABASE_URL: _database, ...embedded } = settings;
    const service = await started(kind === 'redis' ? settings : embedded);
    const of = await synced(clientOf(service));
    const expected = await decided(clientOf(service));
    await service.kill();
    const migrate = (from: string, to: string) =>
      causeway(['migrate', '--from', from, '--to', to], { env: settings, cwd: service.directory });
    const outcome = await migrate(kind, other);
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toContain('made 3 syncs; each loads its items anew with its first run\n');
    await service.restart(other === 'redis' ? settings : { REDIS_URL: '', DATABASE_URL: '' });
    expect(await decided(clientOf(service))).toEqual(expected);
    await expectGoingOn(clientOf(service), of);
  }, 240_000);
});

test('beside a PostgreSQL that is as it was, a restore keeps the syncs and their items, and readers begin anew', async () => {
  const settings = await inRedis();
  const service = await started(settings);
  const client = clientOf(service);
  const { active, copy } = await synced(client);
  const [id = ''] = active;
  const file = join(folder, 'beside');
  expect(await causeway(['backup', file], { env: settings, cwd: service.directory })).toMatchObject({ code: 0 });
  await service.kill();
  const { REDIS_URL = '' } = await inRedis();
  const outcome = await causeway(['restore', file], { env: { ...settings, REDIS_URL }, cwd: service.directory });
  expect(outcome).toMatchObject({ code: 0 });
  expect(outcome.stdout).toContain('made 0 syncs');
  expect(outcome.stdout).toContain('3 syncs were there already, and stay as they are\n');
  await service.restart({ REDIS_URL });
  const sync = await unwrap(client.GET('/syncs/{id}', { params: { path: { id } } }));
  expect(sync).toMatchObject({ items: copy.items.size, lastRun: { id: 'run_1' } });
  const params = { path: { id }, query: { cursor: copy.cursor ?? '' } };
  expectProblem(await client.GET('/syncs/{id}/changes', { params }), 'cursor-too-old', 410);
}, 240_000);

test('without DATABASE_URL a migration and a restore say how many syncs they leave behind', async () => {
  const { DATABASE_URL: _, ...target } = await inRedis();
  const service = await started(env);
  await synced(clientOf(service));
  const file = join(folder, 'left behind');
  expect(await causeway(['backup', file], { env, cwd: service.directory })).toMatchObject({ code: 0 });
  await service.kill();
  const leftOut = '3 syncs were left out: without DATABASE_URL there is no store for them beside Redis\n';
  const migrated = await causeway(['migrate', '--from', 'embedded', '--to', 'redis'], {
    env: target,
    cwd: service.directory,
  });
  expect(migrated).toMatchObject({ code: 0, stdout: expect.stringContaining(leftOut) as string });
  const { DATABASE_URL: _other, ...empty } = await inRedis();
  const restored = await causeway(['restore', file], { env: empty, cwd: service.directory });
  expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining(leftOut) as string });
}, 240_000);

test('an export has the syncs of each connection, also for an installation with other keys', async () => {
  const service = await started(env);
  const client = clientOf(service);
  const of = await synced(client);
  const expected = await decided(client);
  const identity = await generateX25519Identity();
  const [file, keyFile] = [join(folder, 'export.age'), join(folder, 'identity')];
  await writeFile(keyFile, `${identity}\n`);
  const exported = await causeway(['export', file, '--recipient', await identityToRecipient(identity)], {
    env,
    cwd: service.directory,
  });
  expect(exported).toMatchObject({ code: 0, stdout: expect.stringContaining('with 3 syncs, without') as string });
  const other = { ...(await inRedis()), ENCRYPTION_KEYS: encryptionKeys('other') };
  const target = await started(other);
  const into = (...args: string[]) =>
    causeway(['import', file, '--identity', keyFile, ...args], { env: other, cwd: target.directory });
  expect((await into('--dry-run')).stdout).not.toContain('syncs');
  expect(await decided(clientOf(target))).toEqual([]);
  expect((await into()).stdout).toContain('made 3 syncs; each loads its items anew with its first run\n');
  expect((await into('--replace')).stdout).not.toContain('syncs');
  expect(await decided(clientOf(target))).toEqual(expected);
  for (const id of of.active) expect(await ended(clientOf(target), id, 1)).toMatchObject({ outcome: 'complete' });
  expect(await runsOf(clientOf(target), of.paused)).toEqual([]);
}, 240_000);
