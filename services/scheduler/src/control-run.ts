import { Refused, type InBoth, type Run } from '@tank/contracts';
import { noRun } from './runs.js';

export const PAUSED_BY_OPERATOR = 'PAUSED_BY_OPERATOR';
export const CANCELED_BY_OPERATOR = 'CANCELED_BY_OPERATOR';

/** A run while a transaction holds it. */
export interface LockedRun {
  run: Run;
  pause(reason: string | null): Promise<Run>;
  /** Goes on where it stood: what was never started waits again. */
  resume(): Promise<Run>;
  /** Cancels what was never on the road; the run ends when the rest has settled. */
  cancel(reason: string | null): Promise<Run>;
}

export interface RunControl {
  /** Undefined: there is no such run. */
  locked(runId: string, work: (run: LockedRun) => Promise<Run>): Promise<Run | undefined>;
}

/** What an operator does to a run. What is asked twice is done once, and answered with the run as it is. */
export class ControlRun {
  constructor(private readonly runs: RunControl, private readonly onChanged: () => void) {}

  /** Nothing more is sent; mails on the road come back unsent, unless their call to SES has begun. @throws Refused NOT_FOUND, CONFLICT */
  pause(runId: string, reason: string | null): Promise<Run> {
    return this.change(runId, async ({ run, pause }) => {
      refuseStopped(run, ['paused', '일시 정지']);
      return run.status === 'PAUSED' ? run : pause(reason);
    });
  }

  /** @throws Refused NOT_FOUND, CONFLICT */
  resume(runId: string): Promise<Run> {
    return this.change(runId, async ({ run, resume }) => {
      refuseStopped(run, ['resumed', '재개']);
      return run.status === 'PAUSED' ? resume() : run;
    });
  }

  /** What has left the house stays sent; everything else is CANCELED. @throws Refused NOT_FOUND, CONFLICT */
  cancel(runId: string, reason: string | null): Promise<Run> {
    return this.change(runId, async ({ run, cancel }) => {
      if (run.status === 'CANCELED') return run;
      refuseStopped(run, ['canceled', '취소']);
      return cancel(reason);
    });
  }

  private async change(runId: string, work: (run: LockedRun) => Promise<Run>): Promise<Run> {
    const run = (await this.runs.locked(runId, work)) ?? noRun(runId);
    this.onChanged();
    return run;
  }
}

function refuseStopped({ runId, status, endAt }: Run, [what, whatKo]: InBoth): void {
  if (endAt !== null) {
    throw new Refused('CONFLICT', [
      `Run ${runId} has ended as ${status}: it cannot be ${what} any more. Start a new run, or send what is left of it again (POST /api/run/${runId}/resend).`,
      `실행 ${runId}은(는) ${status}(으)로 끝나 ${whatKo}할 수 없습니다. 새로 실행하거나 남은 메일을 다시 발송하세요(POST /api/run/${runId}/resend).`,
    ], 'runId');
  }
  if (status !== 'FAIL' && status !== 'CANCELED') return;
  throw new Refused('CONFLICT', [
    `Run ${runId} is ${status} and only waits for its last mails: it cannot be ${what} any more.`,
    `실행 ${runId}은(는) ${status} 상태로 마지막 메일만 기다리고 있어 ${whatKo}할 수 없습니다.`,
  ], 'runId');
}
