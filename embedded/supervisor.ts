import { join } from 'node:path';
import { KeptProgram, type KeepingOptions, type Program } from './kept-program.ts';
import { PidFile } from './pid-file.ts';

export type { Program } from './kept-program.ts';
export type SupervisorOptions = Pick<KeepingOptions, 'stateDir'> & Partial<KeepingOptions>;

/**
 * Starts programs, starts them again when they die, and leaves none behind. Each runs in a process group of its own, so
 * that Ctrl-C in the terminal reaches only the launcher, which then stops the programs in order.
 */
export class Supervisor {
  readonly #options: KeepingOptions;
  readonly #pidFile: PidFile;
  readonly #kept = new Map<string, KeptProgram>();
  #stopping: Promise<void> | undefined;

  private constructor(options: KeepingOptions, pidFile: PidFile) {
    this.#options = options;
    this.#pidFile = pidFile;
  }

  /** Takes the state folder and ends what an earlier launcher left in it. Throws AlreadyRunning. */
  static async take(options: SupervisorOptions): Promise<Supervisor> {
    const full = { report: () => {}, backoffMs: 250, maxBackoffMs: 10_000, ...options };
    const pidFile = await PidFile.take(join(options.stateDir, 'pids.json'), full.report);
    return new Supervisor(full, pidFile);
  }

  /** Resolves with the program's address (or '') when it is up. Rejects when it dies or stays silent before that. */
  async start(program: Program): Promise<string> {
    if (this.#stopping) throw new Error(`${program.name} is not started: everything is being stopped.`);
    const kept = new KeptProgram(program, this.#pidFile, this.#options);
    this.#kept.set(program.name, kept);
    try {
      return await kept.start();
    } catch (error) {
      this.#kept.delete(program.name);
      await kept.stop();
      throw error;
    }
  }

  /** Where the program last said that it is; changes when it is started again. */
  urlOf(name: string): string | undefined {
    return this.#kept.get(name)?.url;
  }

  pidOf(name: string): number | undefined {
    return this.#kept.get(name)?.pid;
  }

  restartsOf(name: string): number {
    return this.#kept.get(name)?.restarts ?? 0;
  }

  /** Stops one program for good. */
  async stop(name: string): Promise<void> {
    await this.#kept.get(name)?.stop();
    this.#kept.delete(name);
  }

  /** Stops everything, the highest stage first, and gives the state folder back. Calling it twice is harmless. */
  stopAll(): Promise<void> {
    this.#stopping ??= this.#stopStages();
    return this.#stopping;
  }

  async #stopStages(): Promise<void> {
    const stages = [...new Set([...this.#kept.values()].map((kept) => kept.program.stage))].sort((a, b) => b - a);
    const problems: unknown[] = [];
    for (const stage of stages) {
      const together = [...this.#kept.values()].filter((kept) => kept.program.stage === stage);
      for (const result of await Promise.allSettled(together.map((kept) => kept.stop()))) {
        if (result.status === 'rejected') problems.push(result.reason);
      }
    }
    if (problems.length > 0) throw new AggregateError(problems, `Not everything could be stopped: ${problems.join('; ')}`);
    this.#pidFile.release();
  }
}

