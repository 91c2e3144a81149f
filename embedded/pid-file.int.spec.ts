import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlreadyRunning, PidFile } from './pid-file.ts';
import { commandLineOf } from './processes.ts';

describe('the pid file', () => {
  let dir: string;
  let path: string;
  let stranger: ChildProcess;
  const argv = [process.execPath, '-e', 'setInterval(() => {}, 1000)'];

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'pid-file-'));
    path = join(dir, 'pids.json');
    stranger = spawn(argv[0]!, argv.slice(1), { stdio: 'ignore' });
    await once(stranger, 'spawn');
  });
  afterEach(async () => {
    const ended = stranger.exitCode === null && stranger.signalCode === null ? once(stranger, 'exit') : undefined;
    stranger.kill('SIGKILL');
    await ended;
    rmSync(dir, { recursive: true });
  });

  const leave = (launcher: object, child: object) => writeFileSync(path, JSON.stringify({ launcher, children: [child] }));
  const GONE = { name: 'launcher', pid: 2 ** 22 + 1, argv: ['gone'] };

  it('ends what a launcher that is no more left running', async () => {
    leave(GONE, { name: 'worker', pid: stranger.pid, argv });
    await PidFile.take(path);
    expect(commandLineOf(stranger.pid!)).toBeUndefined();
  });

  it('never touches a process that only has the number of one of ours', async () => {
    leave(GONE, { name: 'worker', pid: stranger.pid, argv: ['/usr/bin/postgres', '-D', '/somewhere'] });
    await PidFile.take(path);
    expect(commandLineOf(stranger.pid!)).toBe(argv.join(' '));
  });

  it('refuses while another launcher is running', async () => {
    leave({ name: 'launcher', pid: stranger.pid, argv }, { name: 'worker', pid: 2 ** 22 + 2, argv: ['x'] });
    await expect(PidFile.take(path)).rejects.toThrow(AlreadyRunning);
  });

  it('takes a file cut short by a crash for an empty one', async () => {
    writeFileSync(path, '{ "launcher": { "na');
    expect((await PidFile.take(path)).children).toEqual([]);
  });
});
