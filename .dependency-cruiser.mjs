import { PROVIDER_IDS } from './scripts/checks/provider-ids.mjs';

/** Who may import whom. `scripts/dependency-rules.spec.ts` plants a violation of every rule. */

const TESTS = ['\\.(spec|e2e-spec|contract|browser)\\.tsx?$', '^(apps|libs)/[^/]+/test/', '^libs/testing/'];
const INTEGRATIONS = '^apps/api/src/integrations';
const PROVIDER = `${INTEGRATIONS}/(${PROVIDER_IDS.join('|') || '(?!)'})/`;
const OURS = '^(apps|libs)/';
/** Of the SDK there are two more, for what only a browser has. */
const FRONT_DOOR = '^libs/(?:[^/]+/src|sdk/src/(?:browser|react))/index\\.ts$';

/** A path inside a package, resolved or not. */
const packages = (...names) => `(^|node_modules/)(@types/)?(${names.join('|')})(/|$)`;

/** Lowest first: each lib sees only those before it. */
const LAYERS = ['problem', 'store', 'vault', 'upstream', 'oauth'];

const layer = (name, index) => ({
  name: `layer-${name}`,
  comment: `libs: ${LAYERS.join(' < ')}; a lib imports only what stands before it.`,
  from: { path: `^libs/${name}/`, pathNot: TESTS },
  to: { path: OURS, pathNot: [name, ...LAYERS.slice(0, index)].map((allowed) => `^libs/${allowed}/`) },
});

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const forbidden = [
  {
    name: 'no-cycles',
    comment: 'Two modules that need each other are one module, or lack a third.',
    from: {},
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
    name: 'web-sees-only-the-sdk',
    from: { path: '^apps/web/', pathNot: TESTS },
    to: { path: OURS, pathNot: ['^apps/web/', '^libs/sdk/'] },
  },
  {
    name: 'sandbox-stands-alone',
    comment: 'Stand-ins that share code with the integrations would share their mistakes.',
    from: { path: '^apps/sandbox/', pathNot: TESTS },
    to: { path: OURS, pathNot: '^apps/sandbox/' },
  },
  {
    name: 'api-imports-no-app',
    from: { path: '^apps/api/', pathNot: TESTS },
    to: { path: '^apps/', pathNot: '^apps/api/' },
  },
  {
    name: 'bench-stands-outside',
    comment: 'A bench knows the service as its users do: over HTTP.',
    from: { path: '^bench/' },
    to: { path: OURS },
  },
  {
    name: 'libs-import-no-app',
    from: { path: '^libs/', pathNot: TESTS },
    to: { path: '^apps/' },
  },
  ...LAYERS.map(layer),
  {
    name: 'sdk-stands-alone',
    from: { path: '^libs/sdk/', pathNot: TESTS },
    to: { path: OURS, pathNot: '^libs/sdk/' },
  },
  {
    name: 'front-door-from-libs',
    comment: 'A lib is imported by its name (#store), never by a file inside it.',
    from: { path: '^libs/([^/]+)/' },
    to: { path: '^libs/', pathNot: ['^libs/$1/', FRONT_DOOR] },
  },
  {
    name: 'front-door-from-apps',
    comment: 'A lib is imported by its name (#store), never by a file inside it.',
    from: { path: '^(apps|scripts)/' },
    to: { path: '^libs/', pathNot: FRONT_DOOR },
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
      pathNot: [
        ...TESTS,
        PROVIDER,
        `${INTEGRATIONS}/(integrations\\.)?definitions\\.ts$`,
        `${INTEGRATIONS}/integrations\\.module\\.ts$`,
      ],
    },
    to: { path: PROVIDER },
  },
  {
    name: 'provider-sees-only-the-contract',
    comment: 'A provider sees its own folder, the contract, #oauth, #upstream and #problem; never another provider.',
    from: { path: PROVIDER, pathNot: TESTS },
    to: {
      path: OURS,
      pathNot: [`${INTEGRATIONS}/$1/`, `${INTEGRATIONS}/integration\\.ts$`, '^libs/(oauth|upstream|problem)/'],
    },
  },
  {
    name: 'definition-is-data',
    comment: 'A definition imports from #oauth; ESLint holds it to the definition type and defineIntegration.',
    from: { path: '\\.definition\\.ts$' },
    to: { pathNot: '^libs/oauth/' },
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
    to: { path: packages('redis', '@redis/[^/]+', '[^/]*cache-manager[^/]*', '@nestjs/cache-manager', 'lmdb') },
  },
  {
    name: 'undici-only-in-upstream',
    from: { pathNot: '^libs/upstream/' },
    to: { path: packages('undici') },
  },
  {
    name: 'production-needs-no-dev-dependency',
    comment: 'The image installs without development dependencies.',
    from: { path: '^(apps/(api|sandbox)|libs)/', pathNot: [...TESTS, '^libs/sdk/'] },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: forbidden.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
};
