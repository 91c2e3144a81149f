import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { PidFile } from './pid-file.ts';
import { POLITE, sendSignal, stopKnownProcess, type KnownProcess, type Stopping } from './processes.ts';
import { ProgramLog } from './program-log.ts';

/** A program to be kept running. */
export interface Program {
  name: string;
  command: string;
  args: string[];
  /** The whole environment of the process: nothing is inherited. */
  env: Record<string, string>;
  cwd?: string;
  /** Run as this account instead of our own (PostgreSQL refuses to run as root). */
  account?: { uid: number; gid: number };
  /** It is up when it prints a matching line, or when it sends `{ type: 'ready', url }` over IPC. */
  ready: RegExp | 'message';
  readyWithinMs?: number;
  stopping?: Stopping;
  /** Programs of a higher stage are stopped first; those of one stage together. */
  stage: number;
}

export interface KeepingOptions {
  stateDir: string;
  /** Told in plain lines what happens to the programs. */
  report: (line: string) => void;
  /** First pause before a restart; doubles up to `maxBackoffMs`. */
  backoffMs: number;
  maxBackoffMs: number;
}

const STEADY_AFTER_MS = 30_000;

/** One program being kept running. */
export class KeptProgram {
  readonly program: Program;
  url: string | undefined;
  restarts = 0;
  readonly #pidFile: PidFile;
  readonly #options: KeepingOptions;
  #child: ChildProcess | undefined;
  #known: KnownProcess | undefined;
  /** Settled when the last process has ended and that has been noted. */
  #exited: Promise<void> = Promise.resolve();
  #isWanted = true;
  #hasBeenUp = false;
  #failures = 0;
  #restartTimer: NodeJS.Timeout | undefined;

  constructor(program: Program, pidFile: PidFile, options: KeepingOptions) {
    this.program = program;
    this.#pidFile = pidFile;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#known?.pid;
  }

  async start(): Promise<string> {
    const { child, log } = this.#spawn();
    const startedAt = Date.now();
    try {
      this.url = await untilReady(child, this.program, log);
      this.#hasBeenUp = true;
    } finally {
      child.once('exit', (code, signal) => this.#afterExit(code, signal, Date.now() - startedAt));
      const neverRan = child.pid === undefined; // then no exit is ever told
      if (neverRan || child.exitCode !== null || child.signalCode !== null) this.#afterExit(child.exitCode, child.signalCode, 0);
    }
    return this.url;
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    clearTimeout(this.#restartTimer);
    const known = this.#known;
    if (!known) return;
    const ended = await stopKnownProcess(known, this.program.stopping ?? POLITE);
    await this.#exited;
    if (ended === 'SIGKILL') this.#options.report(`${this.program.name} did not stop when asked and was killed`);
    this.#pidFile.remove(known.pid);
  }

  #spawn(): { child: ChildProcess; log: ProgramLog } {
    const { command, args, env, cwd, account, ready, name } = this.program;
    const log = new ProgramLog(join(this.#options.stateDir, 'logs'), name);
    const child = spawn(command, args, {
      env,
      cwd,
      ...account,
      detached: true,
      stdio: ready === 'message' ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    });
    child.once('error', () => {}); // a failed spawn is told by untilReady
    for (const stream of [child.stdout!, child.stderr!]) createInterface({ input: stream }).on('line', (line) => log.write(line));
    child.once('close', () => log.close());
    this.#child = child;
    if (child.pid !== undefined) {
      this.#known = { name, pid: child.pid, argv: [command, ...args] };
      this.#pidFile.add(this.#known);
      this.#exited = new Promise((resolve) => child.once('exit', () => setImmediate(resolve)));
    }
    return { child, log };
  }

  #afterExit(code: number | null, signal: string | null, aliveMs: number): void {
    if (!this.#child) return;
    this.#child = undefined;
    if (this.#known) this.#pidFile.remove(this.#known.pid);
    this.#known = undefined;
    if (!this.#isWanted || !this.#hasBeenUp) return;
    this.#failures = aliveMs > STEADY_AFTER_MS ? 1 : this.#failures + 1;
    const pauseMs = Math.min(this.#options.backoffMs * 2 ** (this.#failures - 1), this.#options.maxBackoffMs);
    this.#options.report(`${this.program.name} ended unexpectedly (${signal ?? `exit code ${code}`}); starting it again in ${pauseMs / 1000} s`);
    this.#restartTimer = setTimeout(() => this.#startAgain(), pauseMs);
  }

  #startAgain(): void {
    this.restarts += 1;
    this.start().catch((error: Error) => {
      if (!this.#isWanted) return;
      this.#options.report(error.message);
      if (this.#known) sendSignal(this.#known.pid, 'SIGKILL'); // silent, not dead: its exit leads to the next try
    });
  }
}

/** Waits until a program says that it is up: its address, or '' when it only printed its line. */
function untilReady(child: ChildProcess, program: Program, log: ProgramLog): Promise<string> {
  const withinMs = program.readyWithinMs ?? 30_000;
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      child.off('exit', onExit).off('error', onError).off('message', onMessage);
      log.onLine = undefined;
      settle();
    };
    const fail = (reason: string) => finish(() => reject(new Error(`${program.name} ${reason}${log.tail()}`)));
    const onExit = (code: number | null, signal: string | null) => setImmediate(() => fail(`ended while starting (${signal ?? `exit code ${code}`})`));
    const onError = (error: Error) => fail(`could not be started: ${error.message}`);
    const onMessage = (message: unknown) => {
      const { type, url } = (message ?? {}) as { type?: unknown; url?: unknown };
      if (type === 'ready') finish(() => resolve(typeof url === 'string' ? url : ''));
    };
    const timer = setTimeout(() => fail(`was not up within ${withinMs / 1000} s`), withinMs);
    child.once('exit', onExit).once('error', onError).on('message', onMessage);
    const { ready } = program;
    if (ready instanceof RegExp) log.onLine = (line) => ready.test(line) && finish(() => resolve(''));
  });
}

