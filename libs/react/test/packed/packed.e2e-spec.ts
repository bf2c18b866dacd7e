import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { createCauseway, unwrap } from '@causeway/client';
import { BrowserUser, startService, type Service } from '@causeway/testing';
import { installPacked, PACKED, ROOT, runBin } from './install.js';

describe.each(PACKED)('@causeway/$name', ({ file }) => {
  it('has exports that publint accepts', async () => {
    await runBin(ROOT, 'publint/src/cli.js', [file, '--strict']);
  });

  it('has types that resolve in ESM and in bundlers', async () => {
    // A style sheet has no types.
    const options = ['--profile', 'esm-only', '--exclude-entrypoints', 'items-grid.css'];
    await runBin(ROOT, '@arethetypeswrong/cli/dist/index.js', [file, ...options]);
  }, 120_000);

  it('contains no tests', async () => {
    const { stdout } = await promisify(execFile)('tar', ['-tzf', file]);
    expect(stdout).toContain('package/dist/index.js\n');
    expect(stdout).not.toMatch(/spec|test|tsconfig/);
  });
});

describe('what a page loads', () => {
  const MAX_BYTES = 30_000;
  let folder: string;
  beforeAll(async () => {
    folder = await installPacked();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function compressedSizes(scripts: string): Promise<Record<string, number>> {
    const names = (await readdir(scripts)).filter((name) => name.endsWith('.js'));
    const sizes = names.map(async (name) => [name, gzipSync(await readFile(join(scripts, name))).length] as const);
    return Object.fromEntries(await Promise.all(sizes));
  }

  it('is less than 30 kB compressed for the custom element with any locale', async () => {
    const bytes = await compressedSizes(join(folder, 'node_modules/@causeway/client/dist/standalone'));
    const { 'causeway-connect.js': element = 0, ...locales } = bytes;
    expect(Object.keys(locales).sort()).toEqual(['ar.js', 'de.js', 'es.js', 'fr.js', 'ja.js']);
    expect(element).toBeGreaterThan(10_000);
    expect(element + Math.max(...Object.values(locales))).toBeLessThan(MAX_BYTES);
  });

  /** The sizes of the scripts of a page that imports these exports, without React: of the locales, and of all others together. */
  async function bundled(exports: string): Promise<{ locales: number[]; bytes: number }> {
    const rolldownOptions = {
      input: 'main.js',
      external: ['react', 'react/jsx-runtime'],
      preserveEntrySignatures: 'strict',
    };
    await writeFile(join(folder, 'main.js'), `export { ${exports} } from '@causeway/react';`);
    await writeFile(
      join(folder, 'vite.config.js'),
      `export default ${JSON.stringify({ logLevel: 'error', root: folder, build: { rolldownOptions } })}`,
    );
    await runBin(ROOT, 'vite/bin/vite.js', ['build', '--config', join(folder, 'vite.config.js')]);
    const sizes = await compressedSizes(join(folder, 'dist/assets'));
    const [locales, others] = [true, false].map((wanted) =>
      Object.entries(sizes).flatMap(([name, size]) => (/^(ar|de|es|fr|ja)-/.test(name) === wanted ? [size] : [])),
    ) as [number[], number[]];
    return { locales, bytes: others.reduce((sum, size) => sum + size, 0) };
  }

  it('is less than 30 kB compressed for the dialog in React, without React', async () => {
    const { locales, bytes } = await bundled('ConnectModal');
    expect(locales.length).toBe(5);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes + Math.max(...locales)).toBeLessThan(MAX_BYTES);
  });

  it.each([
    ['useItems, useItemOrder, itemColumns, exportItems', 10_000],
    ['useItems, useItemOrder, useItemTable, ItemsGrid', 25_000],
    ['useSyncs, useSyncActions, useSyncRuns, useCreateSync', 4_000],
    ['useAccounts', 12_000],
  ])('is only what a page uses: %s without the dialog', async (exports, limit) => {
    const { locales, bytes } = await bundled(exports);
    expect(locales).toEqual([]);
    expect(bytes).toBeGreaterThan(500);
    expect(bytes).toBeLessThan(limit);
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

  it('can be imported without a window, the custom element too', async () => {
    const script = ['', '/browser', '/texts', '/element'].map((path) => `await import('@causeway/client${path}');`);
    await writeFile(join(folder, 'import.mjs'), script.join('\n'));
    await promisify(execFile)(process.execPath, ['import.mjs'], { cwd: folder });
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
