import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A rule that cannot fail teaches nothing. A small project under the real configuration keeps every rule once and breaks every
 * rule once; the checkers must name exactly the breakers.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CONFIGURATION = [
  'package.json',
  'tsconfig.json',
  'eslint.config.mjs',
  '.dependency-cruiser.mjs',
  'scripts/checks/provider-ids.mjs',
];

const SOUND: Record<string, string> = {
  'apps/web/tsconfig.json':
    '{ "extends": "../../tsconfig.json", "include": [".", "../../libs/sdk/src"], "exclude": [] }',
  'apps/web/src/page.ts': `import '@causeway/client'; import '@causeway/client/browser'; import '@causeway/react';`,
  'apps/sandbox/src/stand-in.ts': `export const standIn = 'acme';`,
  'apps/api/src/environment.ts': `export const port = process.env['PORT'];`,
  'apps/api/src/integrations/integration.ts': `import '@causeway/http-client';`,
  'apps/api/src/integrations/definitions.ts': `import './acme/acme.definition.js'; import './zenith/zenith.definition.js';`,
  'apps/api/src/integrations/integrations.module.ts': `import './acme/acme.integration.js'; export const first = 'acme';`,
  'apps/api/src/integrations/acme/acme.definition.ts': `import { defineIntegration } from '@causeway/oauth'; export const acme = defineIntegration('acme');`,
  'apps/api/src/integrations/acme/acme.integration.ts': `import '../integration.js'; import './acme.definition.js'; import '@causeway/oauth'; import '@causeway/problem';`,
  'apps/api/src/integrations/acme/acme.spec.ts': `import '@causeway/testing'; export const secret = process.env['ACME'];`,
  'apps/api/src/integrations/zenith/zenith.definition.ts': `export const id = 'zenith';`,
  'apps/api/src/items/items.service.ts': `import '#vault'; import '../integrations/definitions.js';`,
  'libs/problem/src/index.ts': `export const problem = 1;`,
  'libs/store/src/index.ts': `import '@causeway/problem'; import 'redis'; import 'lmdb'; import 'cache-manager';`,
  'libs/vault/src/index.ts': `import '@causeway/store';`,
  'libs/upstream/src/index.ts': `import '#vault'; import 'undici';`,
  'libs/upstream/src/caller.ts': `export const call = 1;`,
  'libs/oauth/src/index.ts': `import '@causeway/http-client'; import 'passport-oauth2'; export const defineIntegration = (id: string) => id; export type OAuth = string;`,
  'libs/sdk/src/index.ts': `export const sdk = 1;`,
  'libs/sdk/src/browser/index.ts': `export const browser = 1;`,
  'libs/sdk/src/browser/popup.ts': `export const popup = 1;`,
  'libs/sdk/src/react/index.ts': `import '../browser/index.js';`,
  'libs/testing/src/index.ts': `import '@causeway/store'; export const example = 'acme';`,
};

const IMPORTS: { rule: string; file: string; source: string }[] = [
  { rule: 'no-cycles', file: 'libs/vault/src/first.ts', source: `import './second.js';` },
  { rule: 'no-dumping-ground', file: 'libs/vault/src/third.ts', source: `import './utils/fourth.js';` },
  { rule: 'everything-resolves', file: 'libs/vault/src/fifth.ts', source: `import './absent.js';` },
  { rule: 'web-sees-only-the-sdk', file: 'apps/web/src/a.ts', source: `import '@causeway/problem';` },
  {
    rule: 'web-sees-only-the-sdk',
    file: 'apps/web/src/b.ts',
    source: `import '../../api/src/items/items.service.js';`,
  },
  { rule: 'sandbox-stands-alone', file: 'apps/sandbox/src/a.ts', source: `import '@causeway/http-client';` },
  { rule: 'api-imports-no-app', file: 'apps/api/src/items/a.ts', source: `import '../../../sandbox/src/stand-in.js';` },
  { rule: 'bench-stands-outside', file: 'bench/src/a.mjs', source: `import '../../libs/vault/src/index.ts';` },
  {
    rule: 'libs-import-no-app',
    file: 'libs/oauth/src/a.ts',
    source: `import '../../../apps/api/src/items/items.service.js';`,
  },
  { rule: 'layer-problem', file: 'libs/problem/src/a.ts', source: `import '@causeway/store';` },
  { rule: 'layer-store', file: 'libs/store/src/a.ts', source: `import '#vault';` },
  { rule: 'layer-vault', file: 'libs/vault/src/a.ts', source: `import '@causeway/http-client';` },
  {
    rule: 'layer-upstream',
    file: 'libs/upstream/src/a.ts',
    source: `import type { OAuth } from '@causeway/oauth'; export type A = OAuth;`,
  },
  { rule: 'layer-oauth', file: 'libs/oauth/src/b.ts', source: `import '@causeway/client';` },
  { rule: 'sdk-stands-alone', file: 'libs/sdk/src/a.ts', source: `import '@causeway/problem';` },
  { rule: 'front-door-from-libs', file: 'libs/oauth/src/c.ts', source: `import '../../upstream/src/caller.js';` },
  {
    rule: 'front-door-from-apps',
    file: 'apps/api/src/items/b.ts',
    source: `import '../../../../libs/upstream/src/caller.js';`,
  },
  {
    rule: 'front-door-from-apps',
    file: 'apps/web/src/front.ts',
    source: `import '../../../libs/sdk/src/browser/popup.js';`,
  },
  { rule: 'testing-only-from-tests', file: 'apps/api/src/items/c.ts', source: `import '@causeway/testing';` },
  {
    rule: 'sources-import-no-tests',
    file: 'apps/api/src/items/d.ts',
    source: `import '../integrations/acme/acme.spec.js';`,
  },
  {
    rule: 'providers-are-named-in-two-files',
    file: 'apps/api/src/items/e.ts',
    source: `import '../integrations/acme/acme.definition.js';`,
  },
  {
    rule: 'provider-sees-only-the-contract',
    file: 'apps/api/src/integrations/acme/a.ts',
    source: `import '../zenith/zenith.definition.js';`,
  },
  { rule: 'provider-sees-only-the-contract', file: 'apps/api/src/integrations/acme/b.ts', source: `import '#vault';` },
  {
    rule: 'provider-sees-only-the-contract',
    file: 'apps/api/src/integrations/acme/c.ts',
    source: `import '../../items/items.service.js';`,
  },
  {
    rule: 'definition-is-data',
    file: 'apps/api/src/integrations/acme/d.definition.ts',
    source: `import './acme.integration.js';`,
  },
  { rule: 'passport-only-in-oauth', file: 'apps/api/src/items/f.ts', source: `import 'passport';` },
  { rule: 'passport-only-in-oauth', file: 'apps/api/src/items/g.ts', source: `import '@nestjs/passport';` },
  {
    rule: 'databases-only-in-store',
    file: 'apps/api/src/items/h.ts',
    source: `import type { RedisClientType } from 'redis'; export type H = RedisClientType;`,
  },
  { rule: 'databases-only-in-store', file: 'libs/vault/src/h.ts', source: `import 'cache-manager-redis-yet';` },
  { rule: 'databases-only-in-store', file: 'libs/vault/src/i.ts', source: `import 'lmdb';` },
  { rule: 'undici-only-in-upstream', file: 'libs/oauth/src/d.ts', source: `import 'undici';` },
  { rule: 'production-needs-no-dev-dependency', file: 'apps/api/src/items/i.ts', source: `import 'typescript';` },
];

/** What some of the violations need beside them. */
const ACCOMPLICES: Record<string, string> = {
  'libs/vault/src/second.ts': `import './first.js';`,
  'libs/vault/src/utils/fourth.ts': `export const fourth = 4;`,
};

const LINES: { rule: string; file: string; source: string }[] = [
  {
    rule: 'no-restricted-imports',
    file: 'apps/api/src/integrations/acme/e.definition.ts',
    source: `export { TokenClient } from '@causeway/oauth';`,
  },
  {
    rule: 'no-restricted-properties',
    file: 'libs/store/src/b.ts',
    source: `export const url = process.env['REDIS_URL'];`,
  },
  { rule: 'no-restricted-properties', file: 'apps/sandbox/src/b.ts', source: `export const { env } = process;` },
  { rule: 'no-restricted-imports', file: 'apps/api/src/items/j.ts', source: `export { env } from 'node:process';` },
  {
    rule: 'no-restricted-syntax',
    file: 'libs/oauth/src/e.ts',
    source: `export const is = (id: string) => id === 'acme';`,
  },
  {
    rule: 'no-restricted-syntax',
    file: 'apps/api/src/items/k.ts',
    source: 'export const name = (n: number) => `Zenith ${n}`;',
  },
  { rule: 'no-restricted-syntax', file: 'apps/web/src/c.ts', source: 'export const colours = { acme: 1 };' },
  { rule: 'no-console', file: 'apps/api/src/items/l.ts', source: `console.log('here');` },
  { rule: '@typescript-eslint/no-floating-promises', file: 'libs/vault/src/j.ts', source: `Promise.resolve(1);` },
  {
    rule: '@typescript-eslint/consistent-type-imports',
    file: 'libs/vault/src/k.ts',
    source: `import { Server } from 'node:http'; export const close = (server: Server) => server.close();`,
  },
];

interface Cruise {
  summary: { violations: { from: string; rule: { name: string } }[]; ruleSetUsed: { forbidden: { name: string }[] } };
}
type Lint = { filePath: string; messages: { ruleId: string | null; message: string }[] }[];

let folder: string;
let cruise: Cruise;
let lint: Lint;

/** Both end with 1 here, which `execFile` takes for an error; what they found is on standard output. */
function json(bin: string, args: string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [join(ROOT, 'node_modules', bin), ...args],
      { cwd: folder, maxBuffer: 2 ** 26 },
      (_error, stdout, stderr) => {
        try {
          resolve(JSON.parse(stdout));
        } catch {
          reject(new Error(`${bin} printed no JSON: ${stderr}${stdout.slice(0, 2000)}`));
        }
      },
    );
  });
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'causeway-rules-')));
  for (const file of CONFIGURATION) await cp(join(ROOT, file), join(folder, file));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const planted = Object.fromEntries([...IMPORTS, ...LINES].map(({ file, source }) => [file, source]));
  for (const [file, source] of Object.entries({ ...SOUND, ...ACCOMPLICES, ...planted })) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), source);
  }
  const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'apps', 'libs', 'bench'];
  [cruise, lint] = (await Promise.all([
    json('dependency-cruiser/bin/dependency-cruise.mjs', args),
    json('eslint/bin/eslint.js', ['--format', 'json', 'apps', 'libs']),
  ])) as [Cruise, Lint];
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const cruised = (file: string) =>
  cruise.summary.violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);
const linted = (file: string) =>
  lint
    .filter(({ filePath }) => filePath === join(folder, file))
    .flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message));

describe('who imports whom', () => {
  it.each(IMPORTS)('$rule names $file', ({ rule, file }) => {
    expect(cruised(file)).toContain(rule);
  });

  it('has a planted violation for every rule', () => {
    const rules = cruise.summary.ruleSetUsed.forbidden.map(({ name }) => name);
    expect([...new Set(IMPORTS.map(({ rule }) => rule))].sort()).toEqual(rules.sort());
  });

  it('leaves what keeps the rules alone', () => {
    expect(Object.keys(SOUND).flatMap((file) => cruised(file).map((rule) => `${file}: ${rule}`))).toEqual([]);
  });
});

describe('what a line may say', () => {
  it.each(LINES)('$rule names $file', ({ rule, file }) => {
    expect(linted(file)).toContain(rule);
  });

  it('leaves what keeps the rules alone', () => {
    expect(Object.keys(SOUND).flatMap((file) => linted(file).map((rule) => `${file}: ${rule}`))).toEqual([]);
  });
});
