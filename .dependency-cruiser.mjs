import { PROVIDER_IDS } from './scripts/checks/provider-ids.mjs';

/** Who may import whom. `scripts/dependency-rules.spec.ts` plants a violation of every rule. */

const TESTS = ['\\.(spec|e2e-spec|contract|browser)\\.tsx?$', '^(apps|libs)/[^/]+/test/', '^libs/testing/'];
const INTEGRATIONS = '^apps/api/src/integrations';
const PROVIDER = `${INTEGRATIONS}/(${PROVIDER_IDS.join('|') || '(?!)'})/`;
const OURS = '^(apps|libs|bench)/';

/** A path inside a package, resolved or not. */
const packages = (...names) => `(^|node_modules/)(@types/)?(${names.join('|')})(/|$)`;

/** Lowest first. A folder imports only folders of lower lines. */
const LIBS = [['problem'], ['crypto', 'store', 'records'], ['rate-limiter'], ['http-client'], ['oauth']];
const API = [
  ['configuration'],
  ['dto'],
  ['sandbox', 'metrics', 'tracing', 'shutdown'],
  ['store'],
  ['http-client'],
  ['access'],
  ['activity', 'audit'],
  ['integrations'],
  ['connections'],
  ['loads', 'webhooks'],
  ['connect', 'items', 'syncs', 'proxy', 'events', 'operations', 'web'],
  ['provider-webhooks'],
  ['auth'],
  ['http'],
  // The files beside the folders put the application together.
  ['[^/]+\\.ts$'],
  ['cli'],
];

/** One rule for each folder. */
const layers = (order, root, scope, name) =>
  order.flatMap((folders, index) =>
    folders.map((folder) => ({
      name: `${name}-${folder}`.replace(/-\[.*/, '-root'),
      comment: 'See the order of layers in .dependency-cruiser.mjs.',
      from: { path: `${root}${folder}${folder.endsWith('$') ? '' : '/'}`, pathNot: TESTS },
      to: { path: scope, pathNot: [folder, ...order.slice(0, index).flat()].map((lower) => `${root}${lower}`) },
    })),
  );

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const forbidden = [
  {
    name: 'no-cycles',
    comment: 'Two modules that need each other are one module, or lack a third.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-folder-cycles',
    scope: 'folder',
    from: { path: '^(apps/api|libs)/' },
    to: { circular: true },
  },
  {
    name: 'no-dumping-ground',
    comment: 'Name a folder after what is in it.',
    from: {},
    to: { path: '(^|/)(utils?|common|helpers?|shared)(/|\\.[a-z]+$)', pathNot: 'node_modules' },
  },
  {
    name: 'everything-resolves',
    comment: 'An import that the checker cannot follow is an import that no rule here sees.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'web-sees-only-the-client-packages',
    from: { path: '^apps/web/', pathNot: TESTS },
    to: { path: OURS, pathNot: ['^apps/web/', '^libs/(client|react)/'] },
  },
  {
    name: 'sandbox-stands-alone',
    comment: 'Mock providers that shared code with the integrations would share their mistakes.',
    from: { path: '^apps/sandbox/', pathNot: TESTS },
    to: { path: OURS, pathNot: '^apps/sandbox/' },
  },
  {
    name: 'api-imports-no-app',
    from: { path: '^apps/api/', pathNot: TESTS },
    to: { path: '^apps/', pathNot: '^apps/api/' },
  },
  {
    name: 'bench-stands-alone',
    comment: 'The bench uses the service as a client does: over HTTP.',
    from: { path: '^bench/' },
    to: { path: OURS, pathNot: '^bench/' },
  },
  {
    name: 'libs-import-no-app',
    from: { path: '^libs/', pathNot: TESTS },
    to: { path: '^apps/' },
  },
  ...layers(LIBS, '^libs/', OURS, 'libs'),
  ...layers(API, '^apps/api/src/', '^apps/api/src/', 'api'),
  {
    name: 'folder-without-layer',
    comment: 'A new folder of the API gets its place in the order of layers.',
    from: { path: '^apps/api/src/[^/]+/', pathNot: API.flat().map((folder) => `^apps/api/src/${folder}/`) },
    to: {},
  },
  {
    name: 'client-stands-alone',
    comment:
      'Published packages carry nothing of the service: @causeway/react sees @causeway/client, and that sees none of ours.',
    from: { path: '^libs/(client|react)/', pathNot: TESTS },
    to: { path: OURS, pathNot: ['^libs/$1/', '^libs/client/'] },
  },
  {
    name: 'packages-by-name',
    comment: 'Another package is imported by its name (@causeway/store), never by a path into it.',
    // The browser tests use the test support of apps/api.
    from: { path: '^([^/]+/[^/]+)/', pathNot: '^apps/web/test/' },
    to: { path: OURS, pathNot: '^$1/', dependencyTypes: ['local'] },
  },
  {
    name: 'testing-only-from-tests',
    from: { pathNot: TESTS },
    to: { path: '^libs/testing/' },
  },
  {
    name: 'sources-import-no-tests',
    from: { path: OURS, pathNot: TESTS },
    to: { path: TESTS.filter((path) => !path.includes('testing')) },
  },
  {
    name: 'providers-are-named-in-two-files',
    comment: 'Only the list of definitions and the integrations module know which providers there are.',
    from: {
      path: OURS,
      pathNot: [...TESTS, PROVIDER, `${INTEGRATIONS}/definitions\\.ts$`, `${INTEGRATIONS}/integrations\\.module\\.ts$`],
    },
    to: { path: PROVIDER },
  },
  {
    name: 'provider-sees-only-the-contract',
    comment: 'A provider sees its own folder, the contract, and libs; never another provider.',
    from: { path: PROVIDER, pathNot: TESTS },
    to: {
      path: OURS,
      pathNot: [
        `${INTEGRATIONS}/$1/`,
        `${INTEGRATIONS}/(integration(-definition|-item)?|gone-item|missing-scopes|page|provider-webhook|text|webhook-signature)\\.ts$`,
        '^libs/(oauth|http-client|rate-limiter|problem)/',
      ],
    },
  },
  {
    name: 'definition-is-data',
    from: { path: '\\.definition\\.ts$' },
    to: { pathNot: [`${INTEGRATIONS}/integration-definition\\.ts$`, '\\.definition\\.ts$'] },
  },
  {
    name: 'passport-only-in-oauth',
    from: { pathNot: '^libs/oauth/' },
    to: { path: packages('passport', '@nestjs/passport', 'passport-oauth2', 'passport-strategy') },
  },
  {
    name: 'databases-only-in-store',
    // A bench measures what the packages themselves cost.
    from: { pathNot: '^(libs/store|bench/programs)/' },
    to: { path: packages('redis', '@redis/[^/]+', '[^/]*cache-manager[^/]*', '@nestjs/cache-manager') },
  },
  {
    name: 'lmdb-only-in-stores',
    from: { pathNot: '^(libs/(store|records)|bench/programs)/' },
    to: { path: packages('lmdb') },
  },
  {
    name: 'pg-only-in-records',
    from: { pathNot: '^libs/(records|testing)/' },
    to: { path: packages('pg') },
  },
  {
    name: 'undici-only-in-http-client',
    from: { pathNot: '^libs/http-client/' },
    to: { path: packages('undici') },
  },
  {
    name: 'production-needs-no-dev-dependency',
    comment: 'A package declares what its sources import; the image installs without development dependencies.',
    from: { path: '^(apps/(api|sandbox)|libs)/', pathNot: [...TESTS, '^libs/react/example/'] },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: forbidden.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|libs/(client|react)/dist)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@causeway/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
};
