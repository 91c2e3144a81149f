import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type driver from 'oracledb';
import type { OracleSource } from '../src/adapters/oracle/oracle-source.js';

export interface Parts {
  driver: typeof driver;
  /** As it was built. */
  Source: typeof OracleSource;
}

const MOST_MS = 20_000;
const dbio = join(import.meta.dirname, '..');

/**
 * Does `work` in a Node process of its own, for what a process decides once and for all: its time zone, the certificates that
 * it trusts, thin or thick mode. The function travels as text, so it knows nothing but its two arguments; what it is given
 * and what it returns travels as JSON. Throws what it throws, as text.
 */
export function inOwnProcess<Given, Result>(env: Record<string, string>, given: Given, work: (given: Given, parts: Parts) => Promise<Result>): Promise<Result> {
  const program = `
    import driver from 'oracledb';
    import { OracleSource as Source } from './dist/adapters/oracle/oracle-source.js';
    const work = ${work.toString()};
    const answer = await work(${JSON.stringify(given)}, { driver, Source }).then((result) => ({ result }), (error) => ({ error: String(error?.message ?? error) }));
    process.send(answer, () => process.exit());`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: dbio, env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], timeout: MOST_MS, killSignal: 'SIGKILL',
  });
  let complaints = '';
  child.stderr!.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('message', (answer: { result: Result } | { error: string }) => ('error' in answer ? reject(new Error(answer.error)) : resolve(answer.result)));
    child.once('exit', () => reject(new Error(`The process ended without an answer:\n${complaints}`)));
  });
}
