// Runs jest on the Node that comes with the project, with ESM switched on. Arguments are passed on.
import { join } from 'node:path';
import { projectEnv, projectNode, root, run } from './bootstrap.mjs';

const options = `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim();
process.exitCode = await run(
  projectNode(),
  [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--config', join(root, 'jest.config.js'), '--testTimeout=30000', ...process.argv.slice(2)],
  { env: projectEnv({ NODE_OPTIONS: options }) },
);
