import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCauseway, unwrap } from '@causeway/client';
import { BrowserUser, startService, type Service } from '@causeway/testing';
import { installPacked, PACKED, ROOT, runBin } from './install.js';

describe.each(PACKED)('@causeway/$name', ({ file }) => {
  it('has exports that publint accepts', async () => {
    await runBin(ROOT, 'publint/src/cli.js', [file, '--strict']);
  });

  it('has types that resolve in ESM and in bundlers', async () => {
    await runBin(ROOT, '@arethetypeswrong/cli/dist/index.js', [file, '--profile', 'esm-only']);
  }, 120_000);

  it('contains no tests', async () => {
    const { stdout } = await promisify(execFile)('tar', ['-tzf', file]);
    expect(stdout).toContain('package/dist/index.js\n');
    expect(stdout).not.toMatch(/spec|test|tsconfig/);
  });
});

describe('in a plain Node script', () => {
  let service: Service;
  let folder: string;
  beforeAll(async () => {
    [service, folder] = await Promise.all([startService({ env: { CAUSEWAY_MODE: 'sandbox' } }), installPacked()]);
  });
  afterAll(async () => {
    await service?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('makes the calls of the README', async () => {
    const client = createCauseway({ baseUrl: service.url });
    const user = { orgId: 'acme', userId: 'script' };
    const { authorizationUrl } = await unwrap(
      client.POST('/integrations/{integration}/authorize', {
        params: { path: { integration: 'hubspot' } },
        body: { ...user, finish: 'none' },
      }),
    );
    const { message } = await new BrowserUser().connect(authorizationUrl);
    const readme = await readFile(join(ROOT, 'libs/client/README.md'), 'utf8');
    const [firstCall = '', loadItems = ''] = [...readme.matchAll(/```js\n([^]*?)```/g)].map(([, code]) => code);
    const script = [firstCall, 'console.log(integrations.map(({ id }) => id).join());', loadItems]
      .join('\n')
      .replace('http://localhost:8000', service.url)
      .replace('con_...', message?.connectionId ?? '');
    await writeFile(join(folder, 'script.mjs'), script);
    const { stdout } = await promisify(execFile)(process.execPath, ['script.mjs'], { cwd: folder, maxBuffer: 2 ** 26 });
    const lines = stdout.trim().split('\n');
    expect(lines[0]?.split(',')).toContain('hubspot');
    expect(lines[1]).toMatch(/^[a-z]+ \S/);
    expect(lines.at(-1)).toBe(`${lines.length - 2} items, complete: true`);
  });
});
