import { commandLinesContaining } from '../processes.ts';
import { endTestRun } from './global-setup.ts';

/** Stops the shared parts and fails the run when any process that belongs to it is still there. */
export default async function tearDown(): Promise<void> {
  const stateDir = globalThis.tankTestRun?.stateDir;
  await endTestRun();
  const left = stateDir ? commandLinesContaining(stateDir) : [];
  if (left.length > 0) throw new Error(`The test run left processes behind:\n${left.join('\n')}`);
}
