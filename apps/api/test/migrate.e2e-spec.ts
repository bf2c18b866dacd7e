import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCauseway } from '@causeway/client';
import { openStore, type StoreOptions } from '@causeway/store';
import { startMockProviders, startRedis, type MockProvidersProcess, type RedisServer } from '@causeway/testing';
import { keptEntries } from '../src/cli/copies/kept-entries.js';
import { causeway } from './support/command.js';
import { connect } from './support/connect.js';
import { ADMIN_KEY, encryptionKeys, productionEnvironment, startProduction, unlimited } from './support/production.js';
import { raw } from './support/raw.js';
import { keyringOf, seedConnections } from './support/seeded-store.js';
import { someone } from './support/users.js';

const KEYS = encryptionKeys();
let redis: RedisServer;
let folder: string;
let env: Record<string, string>;
beforeEach(async () => {
  redis = await startRedis();
  folder = await mkdtemp(join(tmpdir(), 'causeway-migrate-'));
  env = { ENCRYPTION_KEYS: KEYS, ADMIN_KEY, DATA_DIR: folder, REDIS_URL: redis.url };
});
afterEach(() => Promise.all([redis?.stop(), rm(folder, { recursive: true })]));

const migrate = (from: string, to: string, options: object = {}) =>
  causeway(['migrate', '--from', from, '--to', to], { env, cwd: folder, ...options });

/** What a store has, without the audit log, in which the migration itself is. */
async function contentOf(options: StoreOptions): Promise<string[]> {
  const store = await openStore(options);
  const content: string[] = [];
  for await (const batch of keptEntries(store, keyringOf(KEYS)))
    for (const entry of batch) {
      if (entry.kind === 'value') content.push(JSON.stringify([entry.ref, entry.value]));
      else if (entry.kind === 'log') content.push(JSON.stringify([entry.partition, entry.log, entry.entries]));
      else content.push(...entry.members.map((member) => JSON.stringify([entry.partition, entry.index, member])));
    }
  await store.close();
  return content.filter((line) => !line.includes('"audit"')).sort();
}

test('is killed in the middle, no service starts on the half, and the second run completes it; and back', async () => {
  const embedded = { kind: 'embedded', directory: folder } as const;
  await seedConnections(embedded, KEYS, 1_500);
  const before = await contentOf(embedded);
  const file = await readFile(join(folder, 'store.mdb'));

  const killed = await migrate('embedded', 'redis', { signal: { name: 'SIGKILL', when: /records written: [1-9]/ } });
  expect(killed.code).toBeNull();
  const started = await causeway(['verify-audit'], { env, cwd: folder });
  expect(started.stderr).toContain('the store is not complete');

  expect(await migrate('embedded', 'redis')).toMatchObject({ code: 0 });
  expect(await contentOf({ kind: 'redis', url: redis.url })).toEqual(before);
  // The source is not touched.
  expect((await readFile(join(folder, 'store.mdb'))).equals(file)).toBe(true);
  expect(await migrate('embedded', 'redis')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is not empty') as string,
  });

  await rename(join(folder, 'store.mdb'), join(folder, 'moved.mdb'));
  await rm(join(folder, 'store.mdb-lock'));
  expect(await migrate('redis', 'embedded')).toMatchObject({ code: 0 });
  expect(await contentOf(embedded)).toEqual(before);
}, 240_000);

describe('a service', () => {
  let apart: MockProvidersProcess;
  beforeAll(async () => {
    apart = await startMockProviders();
    await unlimited(apart.mockProviders);
  });
  afterAll(() => apart?.stop());

  test('that runs on the embedded store is in the way; after it stopped, its connections work in Redis', async () => {
    const { REDIS_URL: url = '', ...embedded } = { ...productionEnvironment(apart.mockProviders), ...env };
    const service = await startProduction(apart.mockProviders, embedded);
    try {
      const { id } = await connect(createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY }), 'slack', someone());
      const refused = await migrate('embedded', 'redis');
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(/stop the service first: the process \d+ has the embedded store open/);
      await service.kill();
      expect(await migrate('embedded', 'redis')).toMatchObject({ code: 0 });
      await service.restart({ REDIS_URL: url });
      expect((await raw(`${service.url}/connections/${id}/token`)).response.status).toBe(200);
    } finally {
      await service.stop();
    }
  }, 240_000);
});
