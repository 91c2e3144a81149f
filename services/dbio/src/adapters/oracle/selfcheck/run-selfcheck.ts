import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { deadlinePassed } from '../oracle-problems.js';
import { refuseSys } from './check-account.js';
import { explainFailure, type Explained } from './explain-failure.js';
import { about, type Finding } from './finding.js';
import { LEAVE, type StepAbout } from './step.js';
import type { SelfcheckPlan } from './selfcheck-plan.js';

/** `steps` comes first: all there are, in their order. */
export type SelfcheckMessage = { steps: StepAbout[] } | { begun: string } | { finding: Finding } | { end: true };

/** Read without loading it: the driver lives in the thread alone. */
export const DRIVER = `node-oracledb ${(createRequire(import.meta.url)('oracledb/package.json') as { version: string }).version}`;

/** The driver's own time-out ends a call in good order; the deadline is for a server that no longer answers. */
const DEADLINE_SLACK_MS = 700;
const WHOLE_MS = 300_000;
const SOURCE_FOLDER = /\/src(?=\/adapters\/)/;
/** Node runs what was built, also where this very file runs from its source. */
const ENTRY = fileURLToPath(new URL('selfcheck-worker.js', import.meta.url)).replace(SOURCE_FOLDER, '/dist');

/**
 * Runs all checks against the real database and gives what they found, in their order. Bounded whatever the server does; one
 * logon at most is refused. Never rejects for anything that the database does.
 */
export async function runSelfcheck(plan: SelfcheckPlan, heard: (finding: Finding) => void = () => {}): Promise<Finding[]> {
  const findings: Finding[] = [];
  const keep = (finding: Finding) => {
    findings.push(finding);
    heard(finding);
  };
  const sys = refuseSys(plan.connection.user);
  if (sys) keep(sys);
  else await new WatchedThread(plan, keep).run();
  return findings;
}

class WatchedThread {
  private readonly until = performance.now() + WHOLE_MS;
  private readonly over = Promise.withResolvers<void>();
  private steps: StepAbout[] = [];
  /** Index of the step under way. */
  private at = -1;
  private timer?: NodeJS.Timeout;
  private isOver = false;

  constructor(private readonly plan: SelfcheckPlan, private readonly found: (finding: Finding) => void) {}

  async run(): Promise<void> {
    const worker = new Worker(ENTRY, { workerData: this.plan, env: {}, execArgv: [] });
    worker.on('message', (message: SelfcheckMessage) => this.hear(message));
    worker.on('error', (error: Error) => this.fail(broken(placeOf(error))));
    worker.on('exit', (code) => this.fail(broken(`The thread ended (${code}).`)));
    try {
      await this.over.promise;
    } finally {
      clearTimeout(this.timer);
      await worker.terminate();
    }
  }

  private hear(message: SelfcheckMessage): void {
    if ('steps' in message) this.steps = message.steps;
    else if ('finding' in message) this.found(message.finding);
    else if ('begun' in message) this.begin(message.begun);
    else this.end();
  }

  private begin(id: string): void {
    this.at = this.steps.findIndex((step) => step.id === id);
    const { limitMs } = this.steps[this.at]!;
    const left = Math.min(limitMs, this.until - performance.now());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fail(explainFailure(deadlinePassed(this.plan.connection, limitMs, this.at === 0 ? 'connect' : 'call'), this.plan.connection, 'call')), left + DEADLINE_SLACK_MS);
  }

  /** The step under way failed, and whatever should have come after it cannot be asked. */
  private fail({ figure, remedy }: Pick<Explained, 'figure' | 'remedy'>): void {
    if (this.isOver) return;
    const { id, what } = this.steps[this.at] ?? { id: 'self-check', what: ['Self-check', '자가 점검'] as const };
    this.found(about(id, what).failed(figure, remedy));
    this.end();
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    const left = this.steps.slice(this.at + 1).filter(({ id }) => id !== LEAVE);
    if (left.length > 0) this.found(notLookedAt(left));
    this.over.resolve();
  }
}

function notLookedAt(steps: StepAbout[]): Finding {
  const names = (language: 0 | 1) => steps.map(({ what }) => what[language]).join(', ');
  return about('rest', ['The rest', '나머지 항목']).skipped([`not looked at, since nothing could be asked any more: ${names(0)}`, `더 조회할 수 없어 확인하지 못함: ${names(1)}`]);
}

/** Where it happened; its words are left out, since a parser's quote what it read. */
function placeOf({ name, stack = '' }: Error): string {
  const frame = stack.split('\n').find((line) => /^\s+at .*file:/.test(line)) ?? '';
  return `${name} ${frame.trim().replace(/\(?file:.*\//, '')}`;
}

function broken(words: string): Pick<Explained, 'figure' | 'remedy'> {
  return { figure: [words, words], remedy: ['This is a mistake of the self-check itself: send this report to the vendor of Tank.', '자가 점검 프로그램의 오류입니다. 이 보고서를 Tank 공급사에 보내 주세요.'] };
}
