import type { InBoth } from '@tank/contracts';
import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PRESS_READY, type PressAnswer, type PressJob } from '../press/press-jobs.js';

export interface PressSettings {
  /** A job that takes longer ends with its process. */
  timeLimitMs: number;
  memoryMb: number;
  /** The program to run; absent: that of this build. */
  entry?: string;
}

/** The process did not survive a job, or never came up. */
export class PressBroke extends Error {
  constructor(readonly words: InBoth, readonly because: 'time' | 'exit' | 'start') {
    super(words[0]);
    this.name = 'PressBroke';
  }
}

const BUILT_ENTRY = fileURLToPath(new URL('../press/press.main.js', import.meta.url));
const START_LIMIT_MS = 30_000;
const STDERR_KEPT = 2000;

/** One press: a child process that may do nothing but compute, for one job at a time. */
export class PressProcess {
  private child: ChildProcess | null = null;

  constructor(private readonly settings: PressSettings) {}

  /** @throws PressBroke when it does not come up */
  async start(): Promise<void> {
    if (this.child) return;
    const child = forkPress(this.settings);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(0, STDERR_KEPT)));
    child.once('exit', () => (this.child = this.child === child ? null : this.child));
    const first = await nextFrom(child, START_LIMIT_MS);
    if (first instanceof PressBroke || first.kind !== PRESS_READY.kind) {
      child.kill('SIGKILL');
      const why = said.trim().split('\n').slice(0, 8).join(' ') || 'no word from it';
      throw new PressBroke([`The process that fills templates does not start: ${why}`, `템플릿을 채우는 프로세스가 시작되지 않습니다. (${why})`], 'start');
    }
    this.child = child;
  }

  /** @throws PressBroke; the process is gone then, and the next job gets a new one */
  async run(job: PressJob): Promise<PressAnswer> {
    await this.start();
    const { child } = this;
    if (!child) throw new PressBroke(['The process that fills templates is gone.', '템플릿을 채우는 프로세스가 없습니다.'], 'start');
    const answered = nextFrom(child, this.settings.timeLimitMs);
    child.send(job, () => undefined);
    const answer = await answered;
    if (!(answer instanceof PressBroke)) return answer as PressAnswer;
    this.child = null;
    child.kill('SIGKILL');
    throw answer;
  }

  /** The process that is running now, for tests and logs. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  async close(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
}

/** The next message of the child, or how it broke: too late, or gone. */
function nextFrom(child: ChildProcess, limitMs: number): Promise<PressAnswer | typeof PRESS_READY | PressBroke> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(new PressBroke([`It took longer than ${limitMs} ms.`, `${limitMs} ms 안에 끝나지 않았습니다.`], 'time')), limitMs);
    const onMessage = (message: unknown) => end(message as PressAnswer);
    const onGone = () => end(new PressBroke(['It needed too much memory or ended its process.', '메모리를 너무 많이 쓰거나 프로세스를 종료시켰습니다.'], 'exit'));
    const end = (what: PressAnswer | typeof PRESS_READY | PressBroke) => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onGone).off('error', onGone);
      resolve(what);
    };
    child.once('message', onMessage).once('exit', onGone).once('error', onGone);
  });
}

function forkPress({ memoryMb, entry = BUILT_ENTRY }: PressSettings): ChildProcess {
  return fork(entry, [], {
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [
      '--permission',
      ...readableFolders(entry).map((folder) => `--allow-fs-read=${folder}`),
      '--disallow-code-generation-from-strings',
      '--disable-proto=delete',
      `--max-old-space-size=${memoryMb}`,
    ],
  });
}

/** Its own code and the packages it loads; even this ends once it is loaded. */
function readableFolders(entry: string): string[] {
  const require = createRequire(entry);
  const packages = ['pug-lexer', 'html-to-text', 'acorn'].map((name) => upTo('node_modules', require.resolve(name)));
  const contracts = dirname(dirname(require.resolve('@tank/contracts')));
  return [...new Set([dirname(dirname(dirname(entry))), contracts, ...packages])].map((folder) => `${folder}${sep}*`);
}

function upTo(folder: string, path: string): string {
  const at = path.lastIndexOf(`${sep}${folder}${sep}`);
  return path.slice(0, at + folder.length + 1);
}
