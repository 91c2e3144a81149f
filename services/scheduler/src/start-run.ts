import { Refused, type AutomationVersion, type Run } from '@tank/contracts';
import { localTime } from './cron.js';

/** What the transaction that starts runs of an automation, one after the other, sees and may do. */
export interface RunStart {
  now: Date;
  active: AutomationVersion | null;
  /** The run that the same key made before. */
  earlier: Run | undefined;
  /** The oldest run of the automation that has not ended. */
  open: Run | undefined;
  insert(run: { version: AutomationVersion; businessDate: string; timeZone: string; idempotencyKey: string }): Promise<Run>;
}

export interface RunStarter {
  /** Undefined: there is no such automation. */
  starting(automationId: string, idempotencyKey: string, work: (start: RunStart) => Promise<Run>): Promise<Run | undefined>;
}

export interface StartRunAsks {
  automationId: string;
  idempotencyKey: string;
  businessDate: string | null;
  timeZone: string;
}

/** "Run now": makes a run that the leader starts within a moment. Asked twice with one key, it is one run. */
export class StartRun {
  constructor(private readonly starter: RunStarter, private readonly onMade: () => void) {}

  async start({ automationId, idempotencyKey, businessDate, timeZone }: StartRunAsks): Promise<Run> {
    const run = await this.starter.starting(automationId, idempotencyKey, async ({ now, active, earlier, open, insert }) => {
      if (earlier) return earlier;
      if (!active) throw new Refused('CONFLICT', 'The automation has no active version: complete its draft and activate it first.', 'automationId');
      if (open && !active.definition.allowParallelRuns) throw alreadyOpen(open);
      return insert({ version: active, businessDate: businessDate ?? localTime(now, timeZone), timeZone, idempotencyKey });
    });
    if (!run) throw new Refused('NOT_FOUND', `There is no automation ${automationId}.`, 'automationId');
    this.onMade();
    return run;
  }
}

function alreadyOpen(open: Run): Refused {
  return new Refused(
    'CONFLICT',
    `Run ${open.runId} of this automation (business date ${open.businessDate}) is ${open.status} and has not ended: wait for its end, or allow parallel runs in the automation.`,
    'automationId',
  );
}
