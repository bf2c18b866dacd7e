import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCauseway, type CausewayClient } from '@causeway/client';
import { openStore, type Store } from '@causeway/store';
import {
  startRedis,
  startMockProviders,
  type MockProvidersProcess,
  type RedisServer,
  type Service,
} from '@causeway/testing';
import { newApiKey } from '../src/auth/keys/api-key.js';
import { connect, connection } from './support/connect.js';
import { ADMIN_KEY, productionEnvironment, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { startSandboxMode } from './support/sandbox-mode.js';
import { someone } from './support/users.js';

const COMMAND = fileURLToPath(new URL('../../../dist/service/causeway.js', import.meta.url));
const FORMAT = { partition: 'store', key: 'format' };

let apart: MockProvidersProcess;
beforeAll(async () => {
  apart = await startMockProviders();
  await unlimited(apart.mockProviders);
});
afterAll(() => apart?.stop());

/** An earlier version stored the texts alone. */
async function withoutTags(store: Store): Promise<void> {
  await withoutCheckValue(store);
  for await (const values of store.scan())
    for (const { ref, value } of values) {
      const put = [{ key: ref.key, value: value.replace(/^m1\..*\n/, ''), ttlMs: 'keep' as const }];
      await store.commitIfUnchanged(ref.partition, { put });
    }
}

const withoutCheckValue = (store: Store) => store.commitIfUnchanged(FORMAT.partition, { remove: [FORMAT.key] });

describe.each(['Redis', 'the embedded store'])('what an earlier version stored in %s', (kind) => {
  let redis: RedisServer | undefined;
  let environment: Record<string, string>;
  let service: Service;
  let causeway: CausewayClient;
  beforeAll(async () => {
    redis = kind === 'Redis' ? await startRedis() : undefined;
    environment = { ...productionEnvironment(apart.mockProviders), ...(redis && { REDIS_URL: redis.url }) };
    service = await startProduction(apart.mockProviders, environment);
    causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  });
  afterAll(() => Promise.all([service?.stop(), redis?.stop()]));

  /** While no process has it open. */
  async function inStore(work: (store: Store) => Promise<unknown>): Promise<void> {
    await service.kill();
    const options = redis === undefined ? { directory: join(service.directory, '.data') } : { url: redis.url };
    const store = await openStore({ kind: redis === undefined ? 'embedded' : 'redis', ...options } as never);
    await work(store);
    await store.close();
  }

  const upgrade = (...options: string[]): Promise<string> =>
    new Promise((resolve) => {
      const env = { ...environment, PATH: process.env['PATH'] ?? '' };
      execFile(
        process.execPath,
        [COMMAND, 'upgrade-store', ...options],
        { cwd: service.directory, env },
        (_, stdout, stderr) => resolve(stdout + stderr),
      );
    });

  test('is not read before it was authenticated once; what is put there later stays unread', async () => {
    const made = await connect(causeway, 'hubspot', someone());
    const { data: genuine } = await causeway.POST('/keys', { body: { name: 'a key', scopes: ['connections:read'] } });
    const status = async (key = '') => (await raw(`${service.url}/connections`, { key })).response.status;

    await inStore(withoutTags);
    await expect(service.restart()).rejects.toThrow(/Causeway does not start: .*npm run upgrade-store/);
    expect(await upgrade()).toMatch(/^\d+ records of an earlier version authenticated\n$/);
    expect(await upgrade()).toBe('the store needs no upgrade\n');
    await service.restart();
    expect(await connection(causeway, made.id)).toMatchObject({ id: made.id, status: 'active' });
    expect((await raw(`${service.url}/connections/${made.id}/token`)).response.status).toBe(200);
    expect(await status(genuine?.key)).toBe(200);

    // A writer who wants the same to be done for a record of their own.
    const { id, key } = newApiKey();
    const own = { id, name: 'mine', scopes: ['admin'], orgIds: null, createdAt: 1, expiresAt: null };
    await inStore(async (store) => {
      await withoutCheckValue(store);
      const value = JSON.stringify({ ...own, hash: hash('sha256', key, 'base64url') });
      await store.commitIfUnchanged('keys', { put: [{ key: `key:${id}`, value }] });
    });
    await expect(service.restart()).rejects.toThrow(/Causeway does not start: .*npm run upgrade-store/);
    const told = await upgrade();
    expect(told).toContain(
      '0 records of an earlier version authenticated; 1 that are not authentic were there, and stay ignored\n',
    );
    expect(told).toContain(`untagged: 'keys key:${id}'\nAn upgrade that was stopped cannot be told from `);
    await service.restart();
    expect(await status(key)).toBe(401);
    expect(await status(genuine?.key)).toBe(200);

    // An operator who has looked at it.
    await service.kill();
    expect(await upgrade('--accept-untagged')).toBe('1 records of an earlier version authenticated\n');
    await service.restart();
    expect(await status(key)).toBe(200);
  }, 60_000);
});

test('in sandbox mode is authenticated at the start', async () => {
  const { service } = await startSandboxMode();
  const causeway = createCauseway({ baseUrl: service.url });
  const made = await connect(causeway, 'notion', someone());
  await service.kill();
  const store = await openStore({ kind: 'embedded', directory: join(service.directory, '.data') });
  await withoutTags(store);
  await store.close();
  await service.restart();
  expect((await raw(`${service.url}/connections/${made.id}/token`, { key: null })).response.status).toBe(200);
  await service.stop();
});
