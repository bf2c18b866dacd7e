import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startMockProviders, startRedis, type MockProvidersProcess } from '@causeway/testing';
import { causeway } from './support/command.js';
import { encryptionKeys, productionEnvironment } from './support/production.js';

interface Finding {
  check: string;
  status: string;
  detail: string;
}

let apart: MockProvidersProcess;
let folder: string;
beforeAll(async () => {
  apart = await startMockProviders();
  folder = await mkdtemp(join(tmpdir(), 'causeway-doctor-'));
});
afterAll(async () => {
  await apart?.stop();
  if (folder) await rm(folder, { recursive: true });
});

async function findings(
  env: Record<string, string>,
): Promise<{ code: number | null; of: (check: string) => Finding[] }> {
  const { code, stdout } = await causeway(['doctor', '--json'], { env, cwd: folder });
  const all = (JSON.parse(stdout) as { findings: Finding[] }).findings;
  return { code, of: (check) => all.filter((finding) => finding.check.startsWith(check)) };
}

test('finds nothing wrong with an installation that works, and warns of a Redis that keeps nothing', async () => {
  const redis = await startRedis();
  try {
    const { code, of } = await findings({ ...productionEnvironment(apart.mockProviders), REDIS_URL: redis.url });
    expect(of('')).not.toContainEqual(expect.objectContaining({ status: 'fail' }));
    expect(of('store (no-persistence)')).toHaveLength(1);
    expect(of('clock')).toMatchObject([{ status: 'ok' }]);
    expect(of('hubspot').at(-1)?.detail).toContain('accepts the client id');
    expect(code).toBe(0);
  } finally {
    await redis.stop();
  }
}, 240_000);

test('names every setting that is wrong, and prints no value', async () => {
  const secret = 'short-and-secret';
  const { code, stdout, stderr } = await causeway(['doctor'], {
    env: { ...productionEnvironment(apart.mockProviders), ADMIN_KEY: secret, PORT: 'x' },
    cwd: folder,
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^fail +configuration: ADMIN_KEY has to have at least 32 characters$/m);
  expect(stdout).toMatch(/^fail +configuration: PORT has to be/m);
  expect(stdout + stderr).not.toContain(secret);
}, 240_000);

test('says what is wrong with store, keys, client and network, each with what to do', async () => {
  const closed = await freePort();
  const env = {
    ...productionEnvironment(apart.mockProviders),
    REDIS_URL: `redis://127.0.0.1:${closed}`,
    HUBSPOT_CLIENT_SECRET: 'another-one',
    SLACK_API_URL: `http://127.0.0.1:${closed}`,
  };
  const { code, of } = await findings(env);
  expect(code).toBe(1);
  expect(of('store')).toMatchObject([{ status: 'fail', advice: expect.stringContaining('REDIS_URL') as string }]);
  expect(of('hubspot').at(-1)).toMatchObject({
    status: 'fail',
    detail: 'the token endpoint refuses the client id or the secret',
  });
  expect(of('slack').at(-1)).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('ECONNREFUSED') as string,
  });

  const redis = await startRedis();
  try {
    const written = { ...env, REDIS_URL: redis.url };
    // A command that starts on the store leaves the check value of its key.
    await causeway(['verify-audit'], { env: written, cwd: folder });
    const other = await findings({ ...written, ENCRYPTION_KEYS: encryptionKeys('k2') });
    expect(other.of('encryption keys')).toMatchObject([
      { status: 'fail', detail: expect.stringContaining('lacks the key "k1"') as string },
    ]);
  } finally {
    await redis.stop();
  }
}, 240_000);
