import type { Config } from 'jest';

const shared: Config = {
  testEnvironment: 'node',
  testEnvironmentOptions: { exportConditions: ['source', 'node', 'import', 'default'] },
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
};

const config: Config = { ...shared, roots: ['<rootDir>/libs', '<rootDir>/apps'] };
export default config;
