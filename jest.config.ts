import { availableParallelism } from 'node:os';
import type { Config } from 'jest';

/** Tiers can be run alone (`npm test -- --selectProjects unit`). They share everything but their time limit. */
const tier = (
  displayName: string,
  testMatch: string[],
  setupFilesAfterEnv: string[] = [],
): NonNullable<Config['projects']>[number] => ({
  displayName,
  testMatch,
  setupFilesAfterEnv,
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/scripts'],
  testEnvironment: 'node',
  // Published packages export what is built of them; inside the repository, this condition names their sources.
  testEnvironmentOptions: { customExportConditions: ['@causeway/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true, decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, react: { runtime: 'automatic' } },
          target: 'es2022',
        },
        module: { type: 'es6' },
      },
    ],
  },
});

const config: Config = {
  // Half of the time, tests wait for the services that they start.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  // Only what hangs is ended by it: on a busy machine, a test that takes 5 s alone has taken 40.
  testTimeout: 90_000,
  reporters: ['default', '<rootDir>/scripts/checks/count-reporter.mjs'],
  globalSetup: '<rootDir>/scripts/checks/neutral-environment.mjs',
  globalTeardown: '<rootDir>/scripts/checks/remove-test-folder.mjs',
  projects: [
    tier('unit', ['**/*.spec.ts']),
    tier('e2e', ['**/*.e2e-spec.ts']),
    // Minutes long, and measures: only when asked for by name (`npm run test:chaos`).
    ...(process.argv.includes('chaos') ? [tier('chaos', ['**/*.chaos-spec.ts'])] : []),
    tier('browser', ['**/*.browser.ts'], ['<rootDir>/scripts/checks/browser-time-limit.mjs']),
  ],
};
export default config;
