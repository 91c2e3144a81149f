import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLineOf, sendSignal } from './processes.ts';
import { Supervisor, type Program } from './supervisor.ts';
import { waitFor } from './test/parts.ts';

describe('the supervisor', () => {
  let stateDir: string;
  let supervisor: Supervisor;
  let said: string[];

  beforeEach(async () => {
    stateDir = mkdtempSync(join(tmpdir(), 'supervisor-'));
    said = [];
    supervisor = await Supervisor.take({ stateDir, report: (line) => said.push(line), backoffMs: 20 });
  });
  afterEach(async () => {
    await supervisor.stopAll();
    rmSync(stateDir, { recursive: true });
  });

  const program = (name: string, script: string, extra: Partial<Program> = {}): Program => ({
    name,
    command: process.execPath,
    args: ['-e', script],
    env: {},
    ready: /up/,
    stage: 0,
    ...extra,
  });
  const STAYS = "console.log('up'); setInterval(() => {}, 1000);";
  const isRunning = (pid: number) => commandLineOf(pid) !== undefined;

  it('starts a program again when it dies', async () => {
    await supervisor.start(program('worker', STAYS));
    const first = supervisor.pidOf('worker')!;
    sendSignal(first, 'SIGKILL');
    const second = await waitFor(() => supervisor.pidOf('worker') !== first && supervisor.pidOf('worker'), { what: 'another process' });
    expect([isRunning(first), isRunning(second as number), supervisor.restartsOf('worker')]).toEqual([false, true, 1]);
    expect(said.join()).toContain('worker ended unexpectedly (SIGKILL)');
  });

  it('waits longer after each death of a program that keeps dying, and goes on trying', async () => {
    await supervisor.start(program('flapping', "console.log('up'); setTimeout(() => process.exit(3), 10);"));
    await waitFor(() => supervisor.restartsOf('flapping') >= 3, { what: 'three restarts' });
    expect(said.slice(0, 3).map((line) => /again in ([\d.]+) s/.exec(line)?.[1])).toEqual(['0.02', '0.04', '0.08']);
  });

  it('leaves no process behind', async () => {
    for (const name of ['a', 'b', 'c']) await supervisor.start(program(name, STAYS));
    const pids = ['a', 'b', 'c'].map((name) => supervisor.pidOf(name)!);
    await supervisor.stopAll();
    expect(pids.map(isRunning)).toEqual([false, false, false]);
    expect(existsSync(join(stateDir, 'pids.json'))).toBe(false);
  });

  it('kills a program that does not heed SIGTERM in time', async () => {
    await supervisor.start(program('deaf', `process.on('SIGTERM', () => {}); ${STAYS}`, { stopping: { signals: [{ signal: 'SIGTERM', deadlineMs: 100 }] } }));
    const pid = supervisor.pidOf('deaf')!;
    await supervisor.stopAll();
    expect([isRunning(pid), said]).toEqual([false, ['deaf did not stop when asked and was killed']]);
  });

  it('stops the higher stages first', async () => {
    const tells = (name: string) => `process.on('SIGTERM', () => { require('fs').appendFileSync('${join(stateDir, 'order')}', '${name} '); process.exit(0); }); ${STAYS}`;
    await supervisor.start(program('server', tells('server'), { stage: 0 }));
    await supervisor.start(program('service', tells('service'), { stage: 2 }));
    await supervisor.start(program('scheduler', tells('scheduler'), { stage: 1 }));
    await supervisor.stopAll();
    expect(readFileSync(join(stateDir, 'order'), 'utf8')).toBe('service scheduler server ');
  });

  it('does not start a program again while it is being stopped', async () => {
    await supervisor.start(program('worker', STAYS));
    await supervisor.stop('worker');
    expect([supervisor.pidOf('worker'), said]).toEqual([undefined, []]);
  });

  it('shows the last lines of a program that ends while starting', async () => {
    await expect(supervisor.start(program('broken', "console.error('no such database'); process.exit(2)"))).rejects.toThrow(/broken ended while starting \(exit code 2\)[\s\S]*no such database/);
    expect(said).toEqual([]);
  });

  it('gives up on a program that stays silent, and leaves nothing of it', async () => {
    const silent = program('silent', 'setInterval(() => {}, 1000)', { readyWithinMs: 200 });
    await expect(supervisor.start(silent)).rejects.toThrow('silent was not up within 0.2 s');
    expect(JSON.parse(readFileSync(join(stateDir, 'pids.json'), 'utf8'))).toMatchObject({ children: [] });
  });

  it('hears the address of a service over IPC', async () => {
    const url = await supervisor.start(program('service', "process.send({ type: 'ready', url: 'http://127.0.0.1:1' }); setInterval(() => {}, 1000)", { ready: 'message' }));
    expect([url, supervisor.urlOf('service')]).toEqual(['http://127.0.0.1:1', 'http://127.0.0.1:1']);
  });

  it('collects output in a log file that only its owner may read', async () => {
    await supervisor.start(program('talker', `console.log('안녕'); ${STAYS}`));
    const log = join(stateDir, 'logs', 'talker.log');
    await waitFor(() => readFileSync(log, 'utf8').includes('안녕'), { what: 'its words in the log' });
    expect(statSync(log).mode & 0o077).toBe(0);
  });
});
