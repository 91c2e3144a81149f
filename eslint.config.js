import tseslint from 'typescript-eslint';

// The fences of the tree, one sentence each. A fence is a rule about imports, so that breaking one is a build error
// and not a matter of taste.
const drivers = ['pg', 'typeorm', 'oracledb', '@aws-sdk/*', '@smithy/*', 'chokidar', 'nodemailer', 'nodemailer/*', 'opossum', 'pug', 'pug-*'];
const fence = (files, ignores, ...patterns) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});
const services = ['scheduler', 'dbio', 'attachment', 'renderer', 'sender', 'logs', 'gateway'];
const tests = ['**/*.spec.ts', '**/*.fixture.ts', '**/*.e2e.ts'];
const programs = ['**/main.ts', '**/*.config.ts'];
const wiring = [...programs, '**/*.module.ts'];

const otherServices = {
  regex: `(^|/)(\\.\\./)+(${services.join('|')})(/|$)|^@tank/(${services.join('|')})(/|$)|/services/`,
  message: 'A service imports no other service: ask it over NATS, or move the words both need to packages/contracts.',
};
const messaging = { group: ['@tank/messaging'], message: 'Only handlers import messaging: a use case declares the verbs it needs.' };
const logsDb = { group: ['@tank/logs-db'], message: 'Only adapters and modules import logs-db: put this behind a verb of the use case, in adapters/.' };
const onlyAdapters = { group: drivers, message: 'Only adapters import drivers: put this behind a verb of the use case, in adapters/.' };

export default tseslint.config(
  { ignores: ['**/node_modules/**', '**/dist/**', '.tank/**', 'coverage/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: ['error', 'smart'],
      'no-console': 'error',
    },
  },
  { files: ['**/*.spec.ts', '**/*-contract.ts', '**/*.e2e.ts'], rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' } },
  // One table, one entry an operation: it is read by looking one up.
  { files: ['packages/contracts/src/api.ts'], rules: { 'max-lines': 'off' } },
  { files: ['scripts/**', 'embedded/**', 'examples/**', 'bench/**'], rules: { 'no-console': 'off' } },

  // A service imports no other service; only handlers, adapters and wiring import messaging; only adapters import drivers;
  // only adapters and modules import logs-db.
  fence(['services/*/src/**/*.ts'], tests, otherServices),
  fence(['services/*/src/**/*.ts'], [...tests, ...wiring, '**/*.handler.ts', '**/adapters/**'], otherServices, messaging, logsDb, onlyAdapters),
  fence(['services/*/src/**/*.handler.ts'], tests, otherServices, logsDb, onlyAdapters),
  fence(programs.map((program) => `services/*/src/${program}`), tests, otherServices, logsDb),
  fence(['packages/{messaging,telemetry}/src/**/*.ts'], tests, logsDb),
  // Contracts import zod alone.
  fence(['packages/contracts/src/**/*.ts'], tests, {
    regex: '^(?!zod$|\\.{1,2}/)',
    message: 'contracts import zod alone, so that the browser can use them too.',
  }),
  // One validated configuration object per service; nobody else reads process.env.
  {
    files: ['services/*/src/**/*.ts', 'packages/*/src/**/*.ts'],
    ignores: [...tests, '**/*.config.ts', '**/register.ts'],
    rules: {
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Read the validated configuration object instead.' }],
    },
  },
);
