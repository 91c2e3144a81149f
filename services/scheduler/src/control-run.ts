import { Refused, type Run } from '@tank/contracts';
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
      refuseStopped(run, 'paused');
      return run.status === 'PAUSED' ? run : pause(reason);
    });
  }

  /** @throws Refused NOT_FOUND, CONFLICT */
  resume(runId: string): Promise<Run> {
    return this.change(runId, async ({ run, resume }) => {
      refuseStopped(run, 'resumed');
      return run.status === 'PAUSED' ? resume() : run;
    });
  }

  /** What has left the house stays sent; everything else is CANCELED. @throws Refused NOT_FOUND, CONFLICT */
  cancel(runId: string, reason: string | null): Promise<Run> {
    return this.change(runId, async ({ run, cancel }) => {
      if (run.status === 'CANCELED') return run;
      refuseStopped(run, 'canceled');
      return cancel(reason);
    });
  }

  private async change(runId: string, work: (run: LockedRun) => Promise<Run>): Promise<Run> {
    const run = (await this.runs.locked(runId, work)) ?? noRun(runId);
    this.onChanged();
    return run;
  }
}

function refuseStopped({ runId, status, endAt }: Run, what: string): void {
  if (endAt !== null) throw new Refused('CONFLICT', `Run ${runId} has ended as ${status}: it cannot be ${what} any more. Start a new run instead.`, 'runId');
  if (status !== 'FAIL' && status !== 'CANCELED') return;
  throw new Refused('CONFLICT', `Run ${runId} is ${status} and only waits for its last mails: it cannot be ${what} any more.`, 'runId');
}
