// Runs jest on the Node that comes with the project, with ESM switched on. Arguments are passed on.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const child = spawn(
  join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node'),
  [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--config', join(root, 'jest.config.js'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
      PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
