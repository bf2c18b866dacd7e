import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createCauseway } from '@causeway/client';
import { startService } from '@causeway/testing';
import { ADMIN_KEY } from './support/production.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MAKE_KEY = ['make-key', '--', '--name', 'back end', '--scopes', 'connections:read', '--orgs', 'acme'];

/** A checkout whose working directory is that folder: without the `.env` and `.data` of this one. */
async function checkout(folder: string): Promise<void> {
  await copyFile(join(ROOT, 'package.json'), join(folder, 'package.json'));
  await symlink(join(ROOT, 'dist'), join(folder, 'dist'));
}

const npmRun = (folder: string, args: string[], env: Record<string, string> = {}) =>
  promisify(execFile)('npm', ['run', '--silent', '--no-update-notifier', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });

test('the commands of npm need no settings beside a service in sandbox mode, and take those of production', async () => {
  const service = await startService({ env: { CAUSEWAY_MODE: 'sandbox' } });
  try {
    await checkout(service.directory);
    const { stdout } = await npmRun(service.directory, MAKE_KEY);
    const { data } = await createCauseway({ baseUrl: service.url, apiKey: stdout.trim() }).GET('/integrations');
    expect(data?.integrations).toHaveLength(4);
    const doctor = await npmRun(service.directory, ['causeway', '--', 'doctor', '--offline']);
    expect(doctor.stdout).toMatch(/^ok +configuration: sandbox mode/m);
    for (const env of [{ ADMIN_KEY }, { CAUSEWAY_MODE: 'production' }])
      await expect(npmRun(service.directory, MAKE_KEY, env)).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('ENCRYPTION_KEYS is required in production mode') as string,
      });
  } finally {
    await service.stop();
  }
}, 120_000);

test('a command where nothing has run says which settings there are to choose from, and writes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-npm-'));
  try {
    await checkout(folder);
    await expect(npmRun(folder, MAKE_KEY)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /ENCRYPTION_KEYS is required in production mode, not with CAUSEWAY_MODE=sandbox/,
      ) as string,
    });
    expect((await readdir(folder)).sort()).toEqual(['dist', 'package.json']);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);
