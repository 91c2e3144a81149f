import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { commandLinesContaining } from '../embedded/processes.ts';
import { waitFor } from '../embedded/test/parts.ts';

const launcher = join(import.meta.dirname, '..', 'scripts', 'start.mjs');
const TIMEOUT_MS = 240_000;
/** The seven services, PostgreSQL, nats-server, the emulator, and the two programs that start them; without /proc only some are known again. */
const PROGRAMS = existsSync('/proc') ? 12 : 2;

describe('npm start -- --once, on a machine that has never seen it', () => {
  let folder: string;
  let child: ChildProcess;
  let output: string;

  /** The real launcher. Everything that it starts is given its PATH, which is how we know it again. */
  function launch(stateDir: string, env: Record<string, string> = {}, args: string[] = []): void {
    output = '';
    child = spawn(process.execPath, [launcher, '--once', ...args], {
      env: { PATH: `${process.env.PATH}${delimiter}${join(folder, 'no-programs')}`, HOME: process.env.HOME ?? '', TANK_STATE_DIR: stateDir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tank-e2e-'));
    chmodSync(folder, 0o711); // as root, the account that runs PostgreSQL must pass through
  });
  afterEach(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('says of each of the 200 mails what became of it, exits 0 and leaves nothing running', async () => {
    launch(folder);
    const closed = once(child, 'close');
    await waitFor(() => output.includes('services: ') || child.exitCode !== null, { what: 'the services', timeoutMs: TIMEOUT_MS / 2 });
    expect(startedFrom(folder).length).toBeGreaterThanOrEqual(PROGRAMS);
    const [exitCode] = await closed;
    expect([exitCode, tableOf(output)]).toEqual([0, { SENT: 191, 'FAIL BAD_ADDRESS': 2, 'FAIL TEMPLATE_VALUE_MISSING': 2, 'SKIPPED NOT_FOUND': 3, 'SKIPPED DUPLICATED': 1, 'SKIPPED INVALID': 1 }]);
    expect(output).toContain('run COMPLETED');
    expect(output).toContain('200 of 200 rows say what the log says');
    expect(startedFrom(folder)).toEqual([]);
    expect(existsSync(join(folder, 'pids.json'))).toBe(false);
  }, TIMEOUT_MS);

  it('runs the same demo through the driver of Oracle, from the state that a run on PostgreSQL left', async () => {
    for (const args of [[], ['--source=oracle-net']]) {
      launch(folder, {}, args);
      const [exitCode] = await once(child, 'close');
      expect([args, exitCode, tableOf(output)]).toEqual([args, 0, { SENT: 191, 'FAIL BAD_ADDRESS': 2, 'FAIL TEMPLATE_VALUE_MISSING': 2, 'SKIPPED NOT_FOUND': 3, 'SKIPPED DUPLICATED': 1, 'SKIPPED INVALID': 1 }]);
      expect(output).toContain('200 of 200 rows say what the log says');
    }
    expect(output).toMatch(/Oracle Net test server on 127\.0\.0\.1:\d+\/demo/);
    expect(startedFrom(folder)).toEqual([]);
  }, TIMEOUT_MS);

  it('starts nothing beside AWS credentials, and says why in Korean and English', async () => {
    const stateDir = join(folder, 'state');
    launch(stateDir, { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'never-to-be-printed' });
    const [exitCode] = await once(child, 'close');
    expect([exitCode, output]).toEqual([1, expect.stringMatching(/AWS 자격 증명이 환경 변수에 있고[\s\S]*시작을 거부합니다[\s\S]*AWS credentials are in the environment[\s\S]*unset AWS_ACCESS_KEY_ID/)]);
    expect(output).not.toContain('never-to-be-printed');
    expect([existsSync(stateDir), startedFrom(folder)]).toEqual([false, []]);
  }, TIMEOUT_MS);
});

/** `OUTCOME CODE` → mails, from the lines of the table that are printed. */
function tableOf(output: string): Record<string, number> {
  const lines = output.matchAll(/^ {2}(SENT|FAIL|SKIPPED|IN_DOUBT|CANCELED) +([A-Z_]*) *(\d+) {3}/gm);
  return Object.fromEntries([...lines].map(([, outcome, code, count]) => [`${outcome} ${code}`.trim(), Number(count)]));
}

/** Processes whose command line names the folder or, where the system shows it, whose environment does. */
function startedFrom(folder: string): string[] {
  const pids = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  const byEnvironment = pids.filter((pid) => environmentOf(pid).includes(folder));
  return [...new Set([...commandLinesContaining(folder).map((line) => line.split(' ')[0]!), ...byEnvironment])];
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return ''; // it has ended, or is somebody else's
  }
}
