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
      if (earlier) return sameAs(earlier, { idempotencyKey, businessDate, timeZone });
      if (!active) throw new Refused('CONFLICT', 'The automation has no active version: complete its draft and activate it first.', 'automationId');
      if (open && !active.definition.allowParallelRuns) throw alreadyOpen(open);
      return insert({ version: active, businessDate: businessDate ?? localTime(now, timeZone), timeZone, idempotencyKey });
    });
    if (!run) throw new Refused('NOT_FOUND', `There is no automation ${automationId}.`, 'automationId');
    this.onMade();
    return run;
  }
}

/** Whoever asks for another date has not got what was asked for, whatever the key says. */
function sameAs(earlier: Run, { idempotencyKey, businessDate, timeZone }: Omit<StartRunAsks, 'automationId'>): Run {
  const differing = businessDate !== null && businessDate !== earlier.businessDate ? 'businessDate' : timeZone !== earlier.timeZone ? 'timeZone' : null;
  if (!differing) return earlier;
  throw new Refused(
    'CONFLICT',
    `The idempotency key "${idempotencyKey}" already made run ${earlier.runId}, of business date ${earlier.businessDate} in ${earlier.timeZone}; this request has another ${differing}. ` +
      'Nothing was started: use a new key for a new run, or ask with the same business date and time zone for that one.',
    differing,
  );
}

export function alreadyOpen(open: Run): Refused {
  const which = `Run ${open.runId} of this automation (business date ${open.businessDate}) is ${open.status}`;
  return new Refused('CONFLICT', open.status === 'PAUSED' ? `${which}. ${whyPaused(open)}` : `${which} and has not ended: wait for its end, or allow parallel runs in the automation.`, 'automationId');
}

function whyPaused({ runId, reason, reasonCode }: Run): string {
  return (
    `Why it is paused: ${reason ?? reasonCode ?? 'no reason is recorded.'} It does not end by itself: resume it (POST /api/run/${runId}/resume) ` +
    `or cancel it (POST /api/run/${runId}/cancel) first, or allow parallel runs in the automation.`
  );
}
