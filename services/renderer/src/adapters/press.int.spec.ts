import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { templateSchema, TryLater, type Template } from '@tank/contracts';
import { waitFor } from '../../../../embedded/test/parts.js';
import { PressFiller } from './press-filler.js';
import { Press } from './press.js';
import type { PressAnswer, PressJob } from '../press/press-jobs.js';

const here = import.meta.dirname;
const BUILT = join(here, '..', '..', 'dist', 'press', 'press.main.js');
const HOSTILE = join(here, 'hostile-press.fixture.mjs');
const DATE = '2026-11-20T09:00:00';

const open: Press[] = [];
async function press(settings: { entry?: string; processes?: number; timeLimitMs?: number; memoryMb?: number } = {}): Promise<Press> {
  const made = new Press({ entry: BUILT, processes: 1, timeLimitMs: 5000, memoryMb: 192, ...settings });
  open.push(made);
  await made.start();
  return made;
}
const hostile = (job: string) => ({ kind: job }) as unknown as PressJob;
const template = (body: string, format: 'html' | 'pug' = 'pug'): Template => templateSchema.parse({ format, subject: 's', body });
const fill = (given: Template, row = {}): PressJob => ({ kind: 'fill', key: null, template: given, row, businessDate: DATE });
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

afterEach(async () => {
  await Promise.all(open.splice(0).map((made) => made.close()));
});

describe('the press process', () => {
  it('fills templates of both kinds and makes the text', async () => {
    const running = await press();
    expect(await running.do(fill(template('p #{name} #{won(amount)}'), { NAME: '김<', AMOUNT: 1000 }))).toEqual({ kind: 'filled', subject: 's', html: '<p>김&lt; 1,000원</p>', text: '김< 1,000원' });
    expect(await running.do(fill(template('<p>{{ name }}</p>', 'html'), { NAME: '김' }))).toMatchObject({ html: '<p>김</p>' });
  });

  it('may open no file, program, thread or connection, has no environment and turns no text into code', async () => {
    const { outcomes, env } = (await (await press({ entry: HOSTILE })).do(hostile('try'))) as unknown as { outcomes: Record<string, string>; env: string[] };
    const denied = 'ERR_ACCESS_DENIED';
    expect(outcomes).toMatchObject({ readFile: denied, readSettings: denied, writeFile: denied, runProgram: denied, startThread: denied, connect: denied, protoSetter: 'gone' });
    expect(outcomes.textToCode).toContain('Code generation from strings disallowed');
    expect(env.filter((name) => !/^NODE_CHANNEL_/.test(name))).toEqual([]);
  });

  it('does not start with more rights than none', () => {
    const alone = spawnSync(process.execPath, [BUILT], { encoding: 'utf8', env: {} });
    expect(alone.status).not.toBe(0);
    expect(alone.stderr).toContain('The press runs only under --permission');
    const root = join(here, '..', '..', '..', '..');
    const withNet = spawnSync(process.execPath, ['--permission', `--allow-fs-read=${root}/*`, '--allow-net', BUILT], { encoding: 'utf8', env: {} });
    expect(withNet.stderr).toContain('may not run with these permissions: net');
  });

  it('is stopped when a job takes too long; the mail fails and the next one is filled by a new process', async () => {
    const running = await press({ timeLimitMs: 700 });
    const [before] = running.pids;
    const endless = template(`<a href="https://a.example/${'{{ a }}'.repeat(60_000)}">`, 'html');
    const [failed, next] = await Promise.all([running.do(fill(endless, { a: 'x' })), running.do(fill(template('p ok')))]);
    expect(failed).toMatchObject({ kind: 'failed', code: 'TEMPLATE_FAILED', detail: [expect.stringContaining('took longer than 700 ms'), expect.stringContaining('중단했습니다')] });
    expect(next).toMatchObject({ kind: 'filled', html: '<p>ok</p>' });
    expect(running.pids).not.toEqual([before]);
    await waitFor(() => !isAlive(before!), { what: 'the stalled process to be gone' });
  });

  it.each([['spin', 'took longer'], ['eat', 'too much memory'], ['leave', 'too much memory or ended its process']])('survives a process that goes wrong: %s', async (how, detail) => {
    const running = await press({ entry: HOSTILE, timeLimitMs: how === 'spin' ? 300 : 20_000, memoryMb: 64 });
    expect(await running.do(hostile(how))).toMatchObject({ kind: 'failed', code: 'TEMPLATE_FAILED', detail: [expect.stringContaining(detail), expect.stringContaining('중단했습니다')] });
    expect(await running.do(hostile('try'))).toHaveProperty('outcomes');
  });

  it('gives a job a second try, since a process may also die of something else', async () => {
    const running = await press({ entry: HOSTILE });
    const [pid] = running.pids;
    process.kill(pid!, 'SIGKILL');
    expect(await running.do(hostile('try'))).toHaveProperty('outcomes');
  });

  it('asks to try later, and says so to health, when no process comes up', async () => {
    const broken = new Press({ entry: join(here, '..', '..', 'dist', 'press', 'nothing-here.js'), processes: 1, timeLimitMs: 5000, memoryMb: 64 });
    await expect(broken.do(fill(template('p')))).rejects.toBeInstanceOf(TryLater);
    expect(broken.problem()).toContain('does not start');
  });

  it('keeps mails apart while several processes fill at once', async () => {
    const filler = new PressFiller(await press({ processes: 2 }));
    const templates = [template('p #{default(a, "none")} one'), template('<p>{{ a | default:none }} two</p>', 'html')];
    const answers = await Promise.all(Array.from({ length: 400 }, (_, mail) => filler.fill(`v${mail % 2}`, templates[mail % 2]!, mail % 3 === 0 ? {} : { a: `mail ${mail}` }, DATE)));
    answers.forEach((answer, mail) => {
      expect(answer).toMatchObject({ kind: 'filled', html: `<p>${mail % 3 === 0 ? 'none' : `mail ${mail}`} ${mail % 2 === 0 ? 'one' : 'two'}</p>` });
    });
  });

  it('goes when it is closed', async () => {
    const running = await press({ processes: 2 });
    const pids = running.pids as number[];
    await running.close();
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  it('goes when the service is killed without a word', async () => {
    const code = `const { Press } = await import(${JSON.stringify(join(here, '..', '..', 'dist', 'adapters', 'press.js'))});
      const press = new Press({ processes: 1, timeLimitMs: 5000, memoryMb: 64 });
      await press.start();
      console.log(press.pids[0]);`;
    const service = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'], env: {} });
    const [line] = (await once(service.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    service.kill('SIGKILL');
    await waitFor(() => !isAlive(pid), { what: 'the press to go after its service' });
  });

  it('checks a template, and gives the time limit as a problem of the body', async () => {
    const filler = new PressFiller({ do: async () => ({ kind: 'failed', code: 'TEMPLATE_FAILED', detail: ['too long', '너무 김'], isTemplateBroken: false }) satisfies PressAnswer });
    expect(await filler.check(template('p'))).toEqual({ columns: [], problems: [{ field: 'body', message: 'too long', ko: '너무 김', line: null, column: null }] });
    expect(await new PressFiller(await press()).check(template('p= a\np= b.c'))).toEqual({ columns: ['a'], problems: [{ field: 'body', line: 2, column: 2, message: expect.stringContaining('single value'), ko: expect.stringContaining('값 하나') }] });
  });
});
