import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { PROVIDER_IDS } from './scripts/checks/provider-ids.mjs';

const TESTS = [
  '**/*.{spec,e2e-spec,contract,browser}.{ts,tsx}',
  '{apps,libs}/*/test/**/*.{ts,tsx}',
  'libs/testing/**/*.ts',
];
const INTEGRATIONS = 'apps/api/src/integrations';
const id = PROVIDER_IDS.join('|') || '(?!)';

const environmentIsReadInOneFile = 'The environment is read in apps/api/src/environment.ts only.';
const noProviderByName = 'Shared code knows no provider: what two of them need becomes a field of their definitions.';

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'libs/sdk/src/schema.d.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: ['tsconfig.json', 'apps/web/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Leaves files with decorators alone: Nest needs the classes that constructors name at run time.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allow: ['Error', 'URL', 'URLSearchParams'] },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // A port's method is a promise in every adapter, also in one that has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      'no-console': 'error',
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
      `${INTEGRATIONS}/{integrations.,}definitions.ts`,
      `${INTEGRATIONS}/integrations.module.ts`,
    ],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: `Literal[value=/${id}/i]`, message: noProviderByName },
        { selector: `TemplateElement[value.raw=/${id}/i]`, message: noProviderByName },
        { selector: `JSXText[value=/${id}/i]`, message: noProviderByName },
        { selector: `Identifier[name=/^(${id})$/i]`, message: noProviderByName },
      ],
    },
  },
  {
    files: ['**/*.definition.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '#oauth',
              allowImportNames: ['defineIntegration', 'IntegrationDefinition'],
              message: 'A definition is data.',
            },
          ],
        },
      ],
    },
  },
  { files: ['apps/*/src/main.ts', 'apps/api/src/openapi.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['apps/web/**/*.{ts,tsx}', 'libs/sdk/src/react/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
  },
  {
    files: TESTS,
    rules: {
      // Answers of `fetch` are `any`; expectations say what they must be.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // A test's server may answer when it is ready, and a stand-in function needs no `this`.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['**/*.{js,mjs,cjs}'], languageOptions: { globals: globals.node } },
);
