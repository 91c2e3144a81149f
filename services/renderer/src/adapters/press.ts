import { TryLater, type InBoth } from '@tank/contracts';
import { createLog } from '@tank/telemetry';
import type { PressAnswer, PressJob } from '../press/press-jobs.js';
import { PressBroke, PressProcess, type PressSettings } from './press-process.js';

/** A template may stall once because the machine did; twice it is the template. */
const TRIES = 2;
const START_AGAIN_MS = 5000;

const log = createLog('renderer');

/** Hands jobs to the press processes, one each at a time, so that the job in hand is always the one to blame. */
export class Press {
  private readonly idle: PressProcess[];
  private readonly all: PressProcess[];
  private readonly waiting: ((process: PressProcess) => void)[] = [];
  private startProblem: string | null = null;

  constructor(settings: PressSettings & { processes: number }) {
    this.all = Array.from({ length: settings.processes }, () => new PressProcess(settings));
    this.idle = [...this.all];
  }

  /** Brings all processes up. @throws PressBroke with the reason when one does not come up */
  async start(): Promise<void> {
    await Promise.all(this.all.map((process) => process.start()));
  }

  /**
   * @returns the answer; `failed` also when the job did not end in time or broke its process, twice
   * @throws TryLater when no process comes up
   */
  async do(job: PressJob): Promise<PressAnswer> {
    const process = await this.free();
    try {
      return await this.tryOn(process, job);
    } finally {
      this.release(process);
    }
  }

  /** @returns why jobs cannot be done now, or null */
  problem(): string | null {
    return this.startProblem;
  }

  get pids(): (number | undefined)[] {
    return this.all.map(({ pid }) => pid);
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((process) => process.close()));
  }

  private async tryOn(process: PressProcess, job: PressJob): Promise<PressAnswer> {
    let last: InBoth = ['', ''];
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      try {
        const answer = await process.run(job);
        this.startProblem = null;
        return answer;
      } catch (error) {
        if (!(error instanceof PressBroke)) throw error;
        log.warn('press.broke', { because: error.because, attempt });
        if (error.because === 'start') throw this.later(error);
        last = error.words;
      }
    }
    const detail: InBoth = [`Filling the template was stopped. ${last[0]} Make the template simpler.`, `템플릿 채우기를 중단했습니다. ${last[1]} 템플릿을 단순하게 고치세요.`];
    return { kind: 'failed', code: 'TEMPLATE_FAILED', detail, isTemplateBroken: false };
  }

  private later(error: PressBroke): TryLater {
    this.startProblem = error.message;
    return new TryLater(error.message, START_AGAIN_MS, { cause: error });
  }

  private free(): Promise<PressProcess> {
    const process = this.idle.pop();
    return process ? Promise.resolve(process) : new Promise((resolve) => this.waiting.push(resolve));
  }

  private release(process: PressProcess): void {
    const next = this.waiting.shift();
    if (next) next(process);
    else this.idle.push(process);
  }
}
