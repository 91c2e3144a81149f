import { join } from 'node:path';
import { abandoned } from '../pid-file.ts';
import { commandLinesContaining, stopKnownProcess } from '../processes.ts';
import { endTestRun, testFolders } from './global-setup.ts';

/** Stops the shared parts, and fails the run when a process that it started, directly or in a test, is still there. */
export default async function tearDown(): Promise<void> {
  const stateDir = globalThis.tankTestRun?.stateDir;
  await endTestRun();
  const forgotten = testFolders().flatMap((folder) => abandoned(join(folder, 'pids.json')));
  for (const process of forgotten) await stopKnownProcess(process);
  const left = [...(stateDir ? commandLinesContaining(stateDir) : []), ...forgotten.map(({ pid, argv }) => `${pid} ${argv.join(' ')}`)];
  if (left.length > 0) throw new Error(`The test run left processes behind:\n${left.join('\n')}`);
}
