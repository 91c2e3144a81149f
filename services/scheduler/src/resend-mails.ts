import { Refused, type AutomationVersion, type ResendInput, type Run } from '@tank/contracts';
import { noRun } from './runs.js';
import { alreadyOpen } from './start-run.js';

/** A chosen mail that may not be sent again. */
export interface Unfit {
  mailId: string;
  /** Null: it is none of the run's. */
  outcome: string | null;
  /** Why the run did not send it: a file or a key that two rows have. */
  stopCode: string | null;
  /** The run that sends it again, or has done so. */
  sentAgainIn: string | null;
}
export type Which = Pick<ResendInput, 'outcomes' | 'mailIds'>;

/** What the transaction sees that makes resends of an automation, one after the other, and may do. */
export interface ResendStart {
  run: Run;
  active: AutomationVersion | null;
  /** The run that the same key made before. */
  earlier: Run | undefined;
  /** The oldest run of the automation that has not ended. */
  open: Run | undefined;
  valuesErased: boolean;
  /** Of the chosen mails. */
  unfit(mailIds: string[]): Promise<Unfit[]>;
  /** Makes a run with a closed manifest of those that may be sent again. @throws Refused CONFLICT where a row lacks the recipient key column. @returns undefined where there is none */
  make(version: AutomationVersion, which: Which, idempotencyKey: string): Promise<Run | undefined>;
}
export interface Resends {
  /** Undefined: there is no such run. */
  starting(runId: string, idempotencyKey: string, work: (start: ResendStart) => Promise<Run>): Promise<Run | undefined>;
}

/**
 * Sends mails of a run again that certainly were not sent. A mail is one mail, however often it is sent again: what is on its way,
 * sent or in doubt in one run is not sent by another.
 */
export class ResendMails {
  constructor(private readonly resends: Resends, private readonly onMade: () => void) {}

  /** @throws Refused NOT_FOUND, CONFLICT */
  async resend({ runId, idempotencyKey, ...which }: Which & { runId: string; idempotencyKey: string }): Promise<Run> {
    const made = await this.resends.starting(runId, idempotencyKey, async (start) => {
      if (start.earlier) return sameAs(start.earlier, runId, idempotencyKey);
      const version = versionFor(start);
      const unfit = which.mailIds ? await start.unfit(which.mailIds) : [];
      if (unfit.length > 0) throw new Refused('CONFLICT', `Nothing was started. ${unfit.slice(0, 3).map(whyNot).join(' ')}${unfit.length > 3 ? ` And ${unfit.length - 3} more.` : ''}`, 'mailIds');
      return (await start.make(version, which, idempotencyKey)) ?? nothingLeft(start.run, which);
    });
    if (!made) return noRun(runId);
    this.onMade();
    return made;
  }
}

function versionFor({ run, active, open, valuesErased }: ResendStart): AutomationVersion {
  if (run.endAt === null) throw new Refused('CONFLICT', `Run ${run.runId} has not ended: wait for its end, or cancel it, before its mails are sent again.`, 'runId');
  if (!active) throw new Refused('CONFLICT', 'The automation has no active version: complete its draft and activate it first.', 'runId');
  if (open && !active.definition.allowParallelRuns) throw alreadyOpen(open);
  if (valuesErased) throw new Refused('CONFLICT', `The values of run ${run.runId} have been erased, as the settings say (MANIFEST_VALUES_DAYS): start a new run for those recipients.`, 'runId');
  return active;
}

/** The key belongs to something else: whoever asks for this would not get it. */
function sameAs(earlier: Run, runId: string, idempotencyKey: string): Run {
  if (earlier.resendOf === runId) return earlier;
  throw new Refused('CONFLICT', `The idempotency key "${idempotencyKey}" already made run ${earlier.runId}, which is another. Nothing was started: use a new key.`, null);
}

function whyNot({ mailId, outcome, stopCode, sentAgainIn }: Unfit): string {
  if (sentAgainIn) return `Mail ${mailId} is sent again in run ${sentAgainIn} already.`;
  if (outcome === null) return `Mail ${mailId} is none of this run.`;
  if (stopCode) return `Mail ${mailId} was stopped as ${stopCode}: correct the data or the file rules, and start a new run.`;
  return outcome === 'IN_DOUBT' ? `Mail ${mailId} is in doubt: settle it first.` : `Mail ${mailId} is ${outcome}.`;
}

function nothingLeft({ runId }: Run, { outcomes }: Which): never {
  throw new Refused('CONFLICT', `Run ${runId} has no mail with outcome ${outcomes.join(' or ')} that may be sent again: such a mail is stopped for its data, or is sent again already.`, 'outcomes');
}
