import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  startMockProviders,
  startRedis,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { causeway as run } from './support/command.js';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { ADMIN_KEY, encryptionKeys, productionEnvironment, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { redisKeys } from './support/redis-keys.js';
import { someone } from './support/users.js';

let apart: MockProvidersProcess;
let redis: RedisServer;
let folder: string;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  await unlimited(apart.mockProviders);
  folder = await mkdtemp(join(tmpdir(), 'causeway-backup-'));
});
afterAll(async () => {
  await Promise.all([apart?.stop(), redis?.stop()]);
  if (folder) await rm(folder, { recursive: true });
});

const client = ({ url }: Service, apiKey = ADMIN_KEY) => createCauseway({ baseUrl: url, apiKey });

interface Filter {
  orgId?: string;
  integration?: string;
  status?: 'active';
  search?: string;
}

async function listed(causeway: CausewayClient, query: Filter): Promise<string[]> {
  const { data } = await causeway.GET('/connections', { params: { query } });
  return (data?.connections ?? []).map(({ id }) => id);
}

async function counted(causeway: CausewayClient, query: { orgId?: string }): Promise<number> {
  const { data } = await causeway.GET('/connections/counts', { params: { query } });
  return (data?.counts ?? []).reduce((sum, { count }) => sum + count, 0);
}

/** Connects and disconnects until it is stopped. */
function keepWriting(service: Service): () => Promise<void> {
  let isStopped = false;
  const writing = (async () => {
    const causeway = client(service);
    while (!isStopped) {
      const { id } = await connect(causeway, 'hubspot', someone());
      await causeway.DELETE('/connections/{id}', { params: { path: { id } } });
    }
  })();
  return () => ((isStopped = true), writing);
}

describe.each(['Redis', 'the embedded store'])('a backup of %s', (kind) => {
  test('is made under writes, and has all of it in a store of the other kind', async () => {
    const environment: Record<string, string> = {
      ...productionEnvironment(apart.mockProviders),
      ENCRYPTION_KEYS: encryptionKeys(),
    };
    const other = kind === 'Redis' ? null : await startRedis();
    const inRedis = (server: RedisServer | null): Record<string, string> =>
      server === null ? {} : { REDIS_URL: server.url };
    const source = { ...environment, ...inRedis(kind === 'Redis' ? redis : null) };
    const target = { ...environment, ...inRedis(other) };
    const services: Service[] = [];
    try {
      const service = await startProduction(apart.mockProviders, source);
      services.push(service);
      const causeway = client(service);
      const users = Array.from({ length: 12 }, someone);
      const integrations = ['notion', 'airtable', 'hubspot', 'slack'] as const;
      const made = await Promise.all(users.map((user, i) => connect(causeway, integrations[i % 4]!, user)));
      const { data: key } = await causeway.POST('/keys', { body: { name: 'a key', scopes: ['admin'] } });
      const { data: session } = await causeway.POST('/sessions', { body: users[0]! });
      await causeway.DELETE('/sessions/{id}', { params: { path: { id: session?.id ?? '' } } });

      await causeway.POST('/connections/{id}/check', { params: { path: { id: made[0]!.id } } });
      const activity = async (of: CausewayClient) => (await of.GET('/activity', { params: { query: users[0]! } })).data;
      expect((await activity(causeway))?.entries.map(({ kind }) => kind)).toEqual(['call', 'exchange']);

      const file = join(folder, `of ${kind}`);
      const stop = keepWriting(service);
      const saved = await run(['backup', file], { env: source, cwd: service.directory });
      await stop();
      expect(saved).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^saved \d+ connections in \d+ records\n$/) as string,
      });
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await run(['backup', file], { env: source, cwd: service.directory })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('exists') as string,
      });

      await service.kill();
      const restored = await startProduction(apart.mockProviders, target);
      services.push(restored);
      // What a first start leaves is no obstacle: a check value, a feed, and that the listing of no connections is complete.
      if (other !== null)
        await eventually(async () => expect((await redisKeys(other.port)).join()).toContain('listing'));
      await restored.kill();
      const outcome = await run(['restore', file], { env: target, cwd: restored.directory });
      expect(outcome).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^restored \d+ connections, as they were at /) as string,
      });
      await restored.restart();

      const again = client(restored, key?.key);
      expect((await activity(again))?.entries).toEqual([]);
      for (const [i, { id }] of made.entries()) {
        const { orgId } = users[i]!;
        expect(await listed(again, { orgId })).toEqual([id]);
        expect((await raw(`${restored.url}/connections/${id}/token`)).response.status).toBe(200);
        const { data } = await again.GET('/connections/{id}/events', { params: { path: { id } } });
        expect(data?.events.map(({ type }) => type)).toContain('connected');
      }
      // The listing is made anew from the connections.
      await eventually(() => expect(restored.logs()).toMatch(/\d+ connections are listed/), 30_000);
      const everything = await listed(again, {});
      expect(await counted(again, {})).toBe(everything.length);
      for (const integration of integrations)
        expect(await listed(again, { integration })).toEqual(
          expect.arrayContaining(made.filter((_, i) => integrations[i % 4] === integration).map(({ id }) => id)),
        );
      for (const [i, { id }] of made.entries()) {
        const { orgId } = users[i]!;
        expect(await listed(again, { orgId, status: 'active', search: orgId })).toEqual([id]);
        expect(await counted(again, { orgId })).toBe(1);
      }
      expect((await raw(`${restored.url}/connections`, { key: session?.token ?? '' })).response.status).toBe(401);
      // The same account again is the same connection.
      expect((await connect(again, 'notion', users[0]!)).id).toBe(made[0]?.id);
      const { data: audit } = await again.GET('/audit', { params: { query: { type: 'store-restored' } } });
      expect(audit?.events).toHaveLength(1);
      expect(await run(['verify-audit'], { env: target, cwd: restored.directory })).toMatchObject({ code: 0 });

      const twice = await run(['restore', file], { env: target, cwd: restored.directory });
      expect(twice.code).toBe(1);
      expect(twice.stderr).toMatch(kind === 'Redis' ? /stop the service first: the process \d+/ : /is not empty/);
    } finally {
      await Promise.all([...services.map((service) => service.stop()), other?.stop()]);
    }
  }, 240_000);
});

describe('a backup that is not as it was made', () => {
  let file: string;
  let env: Record<string, string>;
  let target: RedisServer;
  beforeAll(async () => {
    target = await startRedis();
    env = { ...productionEnvironment(apart.mockProviders), REDIS_URL: target.url };
    const service = await startProduction(apart.mockProviders, { ENCRYPTION_KEYS: env['ENCRYPTION_KEYS'] ?? '' });
    for (let i = 0; i < 3; i += 1) await connect(client(service), 'hubspot', someone());
    file = join(folder, 'whole');
    const { REDIS_URL: _, ...embedded } = env;
    await run(['backup', file], { env: embedded, cwd: service.directory });
    await service.stop();
  });
  afterAll(() => target?.stop());

  const refused = async (content: Buffer | string, environment = env) => {
    const changed = join(folder, 'changed');
    await writeFile(changed, content);
    const { code, stdout, stderr } = await run(['restore', changed], { env: environment, cwd: folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(await redisKeys(target.port)).toEqual([]);
    return stderr;
  };

  test('is refused, and nothing is written', async () => {
    const whole = await readFile(file);
    expect(await refused(whole.subarray(0, Math.floor(whole.length / 2)))).toMatch(/it was cut/);
    const lines = whole.toString().trimEnd().split('\n');
    expect(await refused(`${lines.toSpliced(3, 1).join('\n')}\n`)).toMatch(/it was changed/);
  });

  test('is refused with other keys, and the reason names the key that is missing', async () => {
    const whole = await readFile(file);
    expect(await refused(whole, { ...env, ENCRYPTION_KEYS: encryptionKeys('k2') })).toContain('lacks the key "k1"');
    expect(await refused(whole, { ...env, ENCRYPTION_KEYS: encryptionKeys('k1') })).toContain('another key');
  });

  test('is what it was after encryption with a passphrase or for a public key, and nothing without it', async () => {
    const passphrase = join(folder, 'passphrase');
    await writeFile(passphrase, 'correct horse battery\n');
    const wrong = join(folder, 'wrong');
    await writeFile(wrong, 'wrong horse battery!\n');
    const source = { ...env };
    // A restored store is the source of the next backup.
    expect(await run(['restore', file], { env: source, cwd: folder })).toMatchObject({ code: 0 });
    const sealed = join(folder, 'sealed');
    expect(await run(['backup', sealed, '--passphrase-file', passphrase], { env: source, cwd: folder })).toMatchObject({
      code: 0,
    });
    expect((await readFile(sealed, 'latin1')).startsWith('age-encryption.org/v1')).toBe(true);
    const empty = await startRedis();
    try {
      const env = { ...source, REDIS_URL: empty.url };
      const restore = (...args: string[]) => run(['restore', sealed, ...args], { env, cwd: folder });
      expect(await restore()).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--passphrase-file') as string,
      });
      expect(await restore('--passphrase-file', wrong)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('cannot be decrypted') as string,
      });
      const content = await readFile(sealed);
      await writeFile(sealed, content.subarray(0, content.length - 40));
      expect(await restore('--passphrase-file', passphrase)).toMatchObject({ code: 1 });
      expect(await redisKeys(empty.port)).toEqual([]);
      await writeFile(sealed, content);
      expect(await restore('--passphrase-file', passphrase)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('restored 3 connections') as string,
      });
    } finally {
      await empty.stop();
    }
  }, 240_000);
});
