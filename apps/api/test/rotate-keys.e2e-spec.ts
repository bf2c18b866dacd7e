import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createCauseway } from '@causeway/client';
import {
  startRedis,
  startService,
  startMockProviders,
  type RedisServer,
  type MockProvidersProcess,
} from '@causeway/testing';
import { Apps } from './support/apps.js';
import { connect } from './support/connect.js';
import { someone } from './support/users.js';
import { ADMIN_KEY, encryptionKeys, unlimited } from './support/production.js';
import { expectProblem } from './support/problems.js';

const COMMAND = fileURLToPath(new URL('../../../dist/service/causeway.js', import.meta.url));

let apart: MockProvidersProcess;
let redis: RedisServer;
beforeAll(async () => {
  [apart, redis] = await Promise.all([startMockProviders(), startRedis()]);
  await unlimited(apart.mockProviders);
});
afterAll(() => Promise.all([apart?.stop(), redis?.stop()]));

function rotateKeys(
  env: Record<string, string>,
  cwd: string,
  ...args: string[]
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [COMMAND, 'rotate-keys', ...args],
      { cwd, env: { PATH: process.env['PATH'] ?? '', ...env } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
}

test.each([
  ['the embedded store', () => ({})],
  ['Redis', () => ({ REDIS_URL: redis.url })],
])(
  'replaces a key in %s while the service runs and refreshes',
  async (_, storeEnvironment) => {
    const apps = new Apps(apart.mockProviders);
    await apps.become('airtable', { refreshGraceSeconds: 0 });
    const [k1, k2, k3] = ['k1', 'k2', 'k3'].map((id) => encryptionKeys(id)) as [string, string, string];
    const env = { ...apps.environment(), ...storeEnvironment() };
    const service = await startService({ env: { ...env, ENCRYPTION_KEYS: k1 } });
    try {
      const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
      const ids: string[] = [];
      for (let i = 0; i < 12; i += 1) ids.push((await connect(causeway, 'airtable', someone())).id);
      const each = <T>(work: (id: string) => Promise<T>) => Promise.all(ids.map(work));
      const at = (id: string) => ({ params: { path: { id } } });

      const early = await rotateKeys({ ...env, ENCRYPTION_KEYS: k3 }, service.directory);
      expect(early).toMatchObject({ code: 1 });
      expect(early.output).toContain('keys not rotated: ENCRYPTION_KEYS lacks the key "k1"');

      await service.restart({ ENCRYPTION_KEYS: `${k2},${k1}` });
      const refreshing = (async () => {
        for (let round = 0; round < 5; round += 1)
          for (const { response } of await each((id) => causeway.POST('/connections/{id}/refresh', at(id))))
            expect(response.status).toBe(200);
      })();
      const run = await rotateKeys({ ...env, ENCRYPTION_KEYS: `${k2},${k1}` }, service.directory);
      await refreshing;
      expect(run).toMatchObject({ code: 0 });
      expect(run.output).toMatch(/key "k2": encrypts 12 credentials, authenticates \d{2,} records/);
      expect(run.output).toContain('key "k1": no longer used by any record');

      await service.restart({ ENCRYPTION_KEYS: k2 });
      for (const { data } of await each((id) => causeway.GET('/connections/{id}/token', at(id))))
        expect(data?.accessToken).toEqual(expect.any(String));
      for (const { response } of await each((id) => causeway.POST('/connections/{id}/refresh', at(id))))
        expect(response.status).toBe(200);

      await service.kill();
      const asked = await rotateKeys({ ...env, ENCRYPTION_KEYS: k3 }, service.directory, '--lost', 'k2');
      expect(asked).toMatchObject({
        code: 1,
        output: expect.stringMatching(
          /^keys not rotated: \d{2,} records would be deleted for good, 12 of them connections/,
        ),
      });
      const lost = await rotateKeys({ ...env, ENCRYPTION_KEYS: k3 }, service.directory, '--lost', 'k2', '--yes');
      expect(lost).toMatchObject({
        code: 0,
        output: expect.stringMatching(/^\d{2,} records of lost keys deleted\n/) as string,
      });
      await service.restart({ ENCRYPTION_KEYS: k3 });
      for (const answer of await each((id) => causeway.GET('/connections/{id}/token', at(id))))
        expectProblem(answer, 'unknown-connection', 404);
      const fresh = await connect(causeway, 'airtable', someone());
      expect((await causeway.GET('/connections/{id}/token', at(fresh.id))).response.status).toBe(200);
      for (const secret of [k1, k2, k3].map((key) => key.slice(3)))
        expect(run.output + early.output).not.toContain(secret);
    } finally {
      await service.stop();
    }
  },
  60_000,
);
