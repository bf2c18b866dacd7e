import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Every rule is tried against a small workspace under the real configuration that keeps the rule once and breaks it once: the
 * checkers must report exactly the violations.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CONFIGURATION = [
  'tsconfig.json',
  'eslint.config.mjs',
  '.oxlintrc.json',
  '.dependency-cruiser.mjs',
  'scripts/checks/provider-ids.mjs',
];

const manifest = (name: string, fields: object = { exports: { '.': './src/index.ts' } }) =>
  JSON.stringify({ name, type: 'module', ...fields });

const VALID: Record<string, string> = {
  'package.json': manifest('rules'),
  'apps/web/package.json': manifest('@causeway/web'),
  'apps/web/tsconfig.json': '{ "extends": "../../tsconfig.json", "include": ["."], "exclude": [] }',
  'apps/web/src/page.ts': `import '@causeway/client'; import '@causeway/client/browser'; import '@causeway/react';`,
  'apps/sandbox/package.json': manifest('@causeway/sandbox'),
  'apps/sandbox/src/mock-provider.ts': `export const mockProvider = 'acme';`,
  'apps/api/package.json': manifest('@causeway/api', {
    dependencies: { '@nestjs/common': '*', redis: '*' },
    devDependencies: { typescript: '*' },
  }),
  'apps/api/src/environment.ts': `export const port = process.env['PORT'];`,
  'apps/api/src/integrations/integration.ts': `import '@causeway/http-client';`,
  'apps/api/src/integrations/integration-definition.ts': `import type { OAuth } from '@causeway/oauth'; export const defineIntegration = (id: OAuth) => id;`,
  'apps/api/src/integrations/definitions.ts': `import './acme/acme.definition.js'; import './zenith/zenith.definition.js';`,
  'apps/api/src/integrations/integrations.module.ts': `import './acme/acme.integration.js'; export const first = 'acme';`,
  'apps/api/src/integrations/acme/acme.definition.ts': `import { defineIntegration } from '../integration-definition.js'; export const acme = defineIntegration('acme');`,
  'apps/api/src/integrations/acme/acme.integration.ts': `import '../integration.js'; import './acme.definition.js'; import '@causeway/oauth'; import '@causeway/problem';`,
  'apps/api/src/integrations/acme/acme.spec.ts': `import '@causeway/testing'; export const secret = process.env['ACME'];`,
  'apps/api/src/integrations/zenith/zenith.definition.ts': `export const id = 'zenith';`,
  'apps/api/src/metrics/metrics.module.ts': `import { Global } from '@nestjs/common'; @Global() export class MetricsModule {}`,
  'apps/api/src/cli/command.ts': `import '../environment.js';`,
  'apps/api/src/items/items.service.ts': `import '@causeway/crypto'; import '../integrations/definitions.js';`,
  'libs/problem/package.json': manifest('@causeway/problem'),
  'libs/problem/src/index.ts': `export const problem = 1;`,
  'libs/crypto/package.json': manifest('@causeway/crypto'),
  'libs/crypto/src/index.ts': `import '@causeway/problem';`,
  'libs/store/package.json': manifest('@causeway/store', {
    exports: { '.': './src/index.ts' },
    dependencies: { redis: '*', lmdb: '*', 'cache-manager': '*' },
  }),
  'libs/store/src/index.ts': `import '@causeway/problem'; import 'redis'; import 'lmdb'; import 'cache-manager';`,
  'libs/rate-limiter/package.json': manifest('@causeway/rate-limiter'),
  'libs/rate-limiter/src/index.ts': `import '@causeway/store';`,
  'libs/http-client/package.json': manifest('@causeway/http-client', {
    exports: { '.': './src/index.ts' },
    dependencies: { undici: '*' },
  }),
  'libs/http-client/src/index.ts': `import '@causeway/rate-limiter'; import 'undici';`,
  'libs/http-client/src/request.ts': `export const request = 1;`,
  'libs/oauth/package.json': manifest('@causeway/oauth', {
    exports: { '.': './src/index.ts' },
    dependencies: { 'passport-oauth2': '*' },
  }),
  'libs/oauth/src/index.ts': `import '@causeway/http-client'; import 'passport-oauth2'; export type OAuth = string;`,
  'libs/client/package.json': manifest('@causeway/client', {
    exports: { '.': './src/index.ts', './browser': './src/browser/index.ts' },
  }),
  'libs/client/src/index.ts': `export const client = 1;`,
  'libs/client/src/browser/index.ts': `export const browser = 1;`,
  'libs/react/package.json': manifest('@causeway/react'),
  'libs/react/src/index.ts': `import '@causeway/client/browser';`,
  'libs/testing/package.json': manifest('@causeway/testing'),
  'libs/testing/src/index.ts': `import '@causeway/store'; export const example = 'acme';`,
};

const IMPORTS: { rule: string; file: string; source: string }[] = [
  { rule: 'no-cycles', file: 'libs/crypto/src/first.ts', source: `import './second.js';` },
  { rule: 'no-folder-cycles', file: 'libs/crypto/src/a/one.ts', source: `import '../b/two.js';` },
  { rule: 'no-folder-cycles', file: 'libs/crypto/src/b/three.ts', source: `import '../a/four.js';` },
  { rule: 'no-dumping-ground', file: 'libs/crypto/src/third.ts', source: `import './utils/fourth.js';` },
  { rule: 'everything-resolves', file: 'libs/crypto/src/fifth.ts', source: `import './absent.js';` },
  { rule: 'web-sees-only-the-client-packages', file: 'apps/web/src/a.ts', source: `import '@causeway/problem';` },
  {
    rule: 'web-sees-only-the-client-packages',
    file: 'apps/web/src/b.ts',
    source: `import '../../api/src/items/items.service.js';`,
  },
  { rule: 'sandbox-stands-alone', file: 'apps/sandbox/src/a.ts', source: `import '@causeway/http-client';` },
  {
    rule: 'api-imports-no-app',
    file: 'apps/api/src/items/a.ts',
    source: `import '../../../sandbox/src/mock-provider.js';`,
  },
  { rule: 'bench-stands-alone', file: 'bench/src/a.mjs', source: `import '../../libs/crypto/src/index.ts';` },
  {
    rule: 'libs-import-no-app',
    file: 'libs/oauth/src/a.ts',
    source: `import '../../../apps/api/src/items/items.service.js';`,
  },
  { rule: 'libs-problem', file: 'libs/problem/src/a.ts', source: `import '@causeway/store';` },
  { rule: 'libs-crypto', file: 'libs/crypto/src/a.ts', source: `import '@causeway/store';` },
  { rule: 'libs-store', file: 'libs/store/src/a.ts', source: `import '@causeway/crypto';` },
  { rule: 'libs-records', file: 'libs/records/src/a.ts', source: `import '@causeway/store';` },
  { rule: 'libs-rate-limiter', file: 'libs/rate-limiter/src/a.ts', source: `import '@causeway/http-client';` },
  {
    rule: 'libs-http-client',
    file: 'libs/http-client/src/a.ts',
    source: `import type { OAuth } from '@causeway/oauth'; export type A = OAuth;`,
  },
  { rule: 'libs-oauth', file: 'libs/oauth/src/b.ts', source: `import '@causeway/client';` },
  ...[
    'configuration',
    'dto',
    'sandbox',
    'store',
    'http-client',
    'metrics',
    'tracing',
    'access',
    'activity',
    'audit',
    'integrations',
    'connections',
    'loads',
    'webhooks',
  ].map((folder) => ({
    rule: `api-${folder}`,
    file: `apps/api/src/${folder}/above.ts`,
    source: `import '../items/items.service.js';`,
  })),
  ...['connect', 'syncs', 'proxy', 'events', 'operations', 'web'].map((folder) => ({
    rule: `api-${folder}`,
    file: `apps/api/src/${folder}/beside.ts`,
    source: `import '../items/items.service.js';`,
  })),
  { rule: 'api-items', file: 'apps/api/src/items/beside.ts', source: `import '../proxy/beside.js';` },
  { rule: 'api-shutdown', file: 'apps/api/src/shutdown/above.ts', source: `import '../http/above.js';` },
  {
    rule: 'api-provider-webhooks',
    file: 'apps/api/src/provider-webhooks/above.ts',
    source: `import '../http/above.js';`,
  },
  { rule: 'api-auth', file: 'apps/api/src/auth/above.ts', source: `import '../http/above.js';` },
  { rule: 'api-http', file: 'apps/api/src/http/above.ts', source: `import '../environment.js';` },
  { rule: 'api-root', file: 'apps/api/src/above.ts', source: `import './cli/command.js';` },
  { rule: 'api-cli', file: 'apps/api/src/cli/above.ts', source: `import '../new/new.js';` },
  { rule: 'folder-without-layer', file: 'apps/api/src/new/new.ts', source: `import '../items/items.service.js';` },
  { rule: 'client-stands-alone', file: 'libs/client/src/a.ts', source: `import '@causeway/problem';` },
  { rule: 'client-stands-alone', file: 'libs/client/src/b.ts', source: `import '@causeway/react';` },
  { rule: 'packages-by-name', file: 'libs/oauth/src/c.ts', source: `import '../../http-client/src/request.js';` },
  {
    rule: 'packages-by-name',
    file: 'apps/api/src/items/b.ts',
    source: `import '../../../../libs/http-client/src/index.js';`,
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
  {
    rule: 'provider-sees-only-the-contract',
    file: 'apps/api/src/integrations/acme/b.ts',
    source: `import '@causeway/crypto';`,
  },
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
  {
    rule: 'definition-is-data',
    file: 'apps/api/src/integrations/acme/e.definition.ts',
    source: `import '@causeway/oauth';`,
  },
  { rule: 'passport-only-in-oauth', file: 'apps/api/src/items/f.ts', source: `import 'passport';` },
  { rule: 'passport-only-in-oauth', file: 'apps/api/src/items/g.ts', source: `import '@nestjs/passport';` },
  {
    rule: 'databases-only-in-store',
    file: 'apps/api/src/items/h.ts',
    source: `import type { RedisClientType } from 'redis'; export type H = RedisClientType;`,
  },
  { rule: 'databases-only-in-store', file: 'libs/crypto/src/h.ts', source: `import 'cache-manager-redis-yet';` },
  { rule: 'lmdb-only-in-stores', file: 'libs/crypto/src/i.ts', source: `import 'lmdb';` },
  { rule: 'pg-only-in-records', file: 'libs/store/src/pg.ts', source: `import 'pg';` },
  { rule: 'undici-only-in-http-client', file: 'libs/oauth/src/d.ts', source: `import 'undici';` },
  { rule: 'production-needs-no-dev-dependency', file: 'apps/api/src/items/i.ts', source: `import 'typescript';` },
  { rule: 'production-needs-no-dev-dependency', file: 'libs/crypto/src/l.ts', source: `import 'rxjs';` },
];

/** Files that some of the violations import. */
const IMPORTED: Record<string, string> = {
  'libs/crypto/src/a/four.ts': `export const four = 4;`,
  'libs/crypto/src/b/two.ts': `export const two = 2;`,
  'libs/crypto/src/second.ts': `import './first.js';`,
  'libs/crypto/src/utils/fourth.ts': `export const fourth = 4;`,
};

const LINES: { rule: string; file: string; source: string }[] = [
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
  { rule: 'no-restricted-syntax', file: 'apps/web/src/c.ts', source: 'export const colors = { acme: 1 };' },
  {
    rule: 'no-restricted-syntax',
    file: 'apps/api/src/items/a.module.ts',
    source: `import { Global } from '@nestjs/common'; @Global() export class ItemsModule {}`,
  },
  {
    rule: 'no-restricted-syntax',
    file: 'apps/api/src/integrations/acme/a.module.ts',
    source: `import { Global } from '@nestjs/common'; @Global() export class IntegrationModule {}`,
  },
  { rule: 'no-console', file: 'apps/api/src/items/l.ts', source: `console.log('here');` },
  { rule: 'no-floating-promises', file: 'libs/crypto/src/j.ts', source: `Promise.resolve(1);` },
  {
    rule: 'no-unsafe-return',
    file: 'apps/web/src/d.ts',
    source: `export const parse = (text: string): string => JSON.parse(text);`,
  },
  {
    rule: '@typescript-eslint/consistent-type-imports',
    file: 'libs/crypto/src/k.ts',
    source: `import { Server } from 'node:http'; export const close = (server: Server) => server.close();`,
  },
];

interface Cruise {
  summary: { violations: { from: string; rule: { name: string } }[]; ruleSetUsed: { forbidden: { name: string }[] } };
}
type Lint = { filePath: string; messages: { ruleId: string | null; message: string }[] }[];
/** Rule names of Oxlint come as `typescript(no-floating-promises)`. */
type Oxlint = { diagnostics: { code: string; filename: string }[] };

let folder: string;
let cruise: Cruise;
let lint: Lint;
let oxlint: Oxlint;

/** The checkers exit with 1 here, which `execFile` reports as an error; their findings are on standard output. */
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
  const planted = Object.fromEntries([...IMPORTS, ...LINES].map(({ file, source }) => [file, source]));
  for (const [file, source] of Object.entries({ ...VALID, ...IMPORTED, ...planted })) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), source);
  }
  await linkPackages();
  const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'apps', 'libs', 'bench'];
  [cruise, lint, oxlint] = (await Promise.all([
    json('dependency-cruiser/bin/dependency-cruise.mjs', args),
    json('eslint/bin/eslint.js', ['--format', 'json', 'apps', 'libs']),
    json('oxlint/bin/oxlint', ['--format', 'json', 'apps', 'libs']),
  ])) as [Cruise, Lint, Oxlint];
});

/** `node_modules` as npm makes it for workspaces: our packages are links into this folder, all others are the repository's. */
async function linkPackages(): Promise<void> {
  await mkdir(join(folder, 'node_modules/@causeway'), { recursive: true });
  for (const name of await readdir(join(ROOT, 'node_modules')))
    if (name !== '@causeway') await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  for (const name of await readdir(join(folder, 'libs')))
    await symlink(join(folder, 'libs', name), join(folder, 'node_modules/@causeway', name));
}

afterAll(() => rm(folder, { recursive: true, force: true }));

const cruised = (path: string) =>
  cruise.summary.violations.filter(({ from }) => from === path).map(({ rule }) => rule.name);
const linted = (file: string) => [
  ...lint
    .filter(({ filePath }) => filePath === join(folder, file))
    .flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message)),
  ...oxlint.diagnostics
    .filter(({ filename }) => filename === file)
    .map(({ code }) => /\((.*)\)/.exec(code)?.[1] ?? code),
];

describe('who imports whom', () => {
  it.each(IMPORTS)('$rule reports $file', ({ rule, file }) => {
    // A rule about folders reports the folder of the file.
    expect([...cruised(file), ...cruised(dirname(file))]).toContain(rule);
  });

  it('has a planted violation for every rule', () => {
    const rules = cruise.summary.ruleSetUsed.forbidden.map(({ name }) => name);
    expect([...new Set(IMPORTS.map(({ rule }) => rule))].sort()).toEqual(rules.sort());
  });

  it('reports no file that keeps the rules', () => {
    expect(Object.keys(VALID).flatMap((file) => cruised(file).map((rule) => `${file}: ${rule}`))).toEqual([]);
  });
});

describe('what a line may contain', () => {
  it.each(LINES)('$rule reports $file', ({ rule, file }) => {
    expect(linted(file)).toContain(rule);
  });

  it('reports no file that keeps the rules', () => {
    expect(Object.keys(VALID).flatMap((file) => linted(file).map((rule) => `${file}: ${rule}`))).toEqual([]);
  });
});
