// Unit tests (`x.spec.ts`) touch no network. Integration tests (`x.int.spec.ts`) share one real PostgreSQL, nats-server
// and SES emulator per run (embedded/test/global-setup.ts); each file takes a database and a NATS prefix of its own.
const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2024',
    keepClassNames: true,
  },
  module: { type: 'es6' },
};

const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.tank/'],
  modulePathIgnorePatterns: ['/dist/', '/.tank/'],
  setupFiles: ['<rootDir>/embedded/test/setup.ts'],
  ...extra,
});

const DEADLINES = ['oracle-faults-', 'oracle-facts-hangs', 'shared-rate'];

const parts = {
  globalSetup: '<rootDir>/embedded/test/global-setup.ts',
  globalTeardown: '<rootDir>/embedded/test/global-teardown.ts',
};

export default {
  projects: [
    project('unit', ['<rootDir>/{packages,services,embedded,examples,scripts}/**/*.spec.ts'], {
      testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.tank/', '\\.int\\.spec\\.ts$'],
    }),
    project('integration', ['<rootDir>/{packages,services,embedded,examples}/**/*.int.spec.ts'], {
      ...parts, testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.tank/', ...DEADLINES],
    }),
    // They hold calls to their deadlines: nothing else may use the machine meanwhile (scripts/test.mjs).
    project('deadlines', DEADLINES.map((name) => `<rootDir>/services/**/${name}*.int.spec.ts`), parts),
    project('e2e', ['<rootDir>/e2e/**/*.e2e.ts'], parts),
  ],
};
