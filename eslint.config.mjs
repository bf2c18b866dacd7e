import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { PROVIDER_IDS } from './scripts/checks/provider-ids.mjs';

/** What Oxlint (.oxlintrc.json) does not have: our own syntax rules, and rules that need no types. No rule here reads types: that costs half a minute. */

const TESTS = [
  '**/*.{spec,e2e-spec,chaos-spec,contract,browser}.{ts,tsx}',
  '{apps,libs}/*/test/**/*.{ts,tsx}',
  'libs/testing/**/*.ts',
];
const INTEGRATIONS = 'apps/api/src/integrations';
const id = PROVIDER_IDS.join('|') || '(?!)';

const environmentIsReadInOneFile = 'The environment is read in apps/api/src/environment.ts only.';
const noGlobalModule = {
  selector: 'Decorator[expression.callee.name="Global"]',
  message: '@Global is for configuration and metrics: elsewhere a module imports what it needs.',
};
const noProviderByName = 'Shared code knows no provider: what two of them need becomes a field of their definitions.';

export default tseslint.config(
  { ignores: ['**/dist/', 'coverage/', 'libs/client/src/schema.d.ts'] },
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // Oxlint has this rule, but would turn the imports of classes that Nest injects into type imports.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
  {
    files: ['{apps,libs}/**/*.{ts,tsx}'],
    ignores: [...TESTS, 'apps/api/src/environment.ts', 'apps/web/vite.config.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: environmentIsReadInOneFile },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: ['process', 'node:process'].map((name) => ({
            name,
            importNames: ['env'],
            message: environmentIsReadInOneFile,
          })),
        },
      ],
    },
  },
  {
    files: ['libs/**/*.{ts,tsx}', 'apps/api/src/**/*.ts', 'apps/web/src/**/*.{ts,tsx}'],
    ignores: [
      ...TESTS,
      ...PROVIDER_IDS.map((provider) => `${INTEGRATIONS}/${provider}/**`),
      `${INTEGRATIONS}/definitions.ts`,
      `${INTEGRATIONS}/integrations.module.ts`,
      'apps/api/src/{configuration,metrics}/*.module.ts',
    ],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: `Literal[value=/${id}/i]`, message: noProviderByName },
        { selector: `TemplateElement[value.raw=/${id}/i]`, message: noProviderByName },
        { selector: `JSXText[value=/${id}/i]`, message: noProviderByName },
        { selector: `Identifier[name=/^(${id})$/i]`, message: noProviderByName },
        noGlobalModule,
      ],
    },
  },
  {
    files: [`${INTEGRATIONS}/integrations.module.ts`, `${INTEGRATIONS}/*/**/*.ts`],
    rules: { 'no-restricted-syntax': ['error', noGlobalModule] },
  },
  {
    files: ['apps/web/**/*.{ts,tsx}', 'libs/react/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
  },
);
