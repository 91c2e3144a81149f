import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../dist/selfcheck.main.js', import.meta.url));

export interface SelfcheckRun {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  tookMs: number;
}

/** Runs the built program as a customer's engineer does, without a terminal. */
export async function runSelfcheckProgram(args: string[], env: Record<string, string> = {}): Promise<SelfcheckRun> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, ...output, tookMs: performance.now() - startedAt };
}
