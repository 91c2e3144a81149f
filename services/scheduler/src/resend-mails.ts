import { createHash } from 'node:crypto';
import { Refused, type AutomationVersion, type InBoth, type ResendInput, type Run } from '@tank/contracts';
import { noRun } from './runs.js';
import { alreadyOpen, NO_ACTIVE_VERSION } from './start-run.js';

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
  /** The run that the same key made before, and what was chosen for it, if it is a resend. */
  earlier: { run: Run; choice: string | null } | undefined;
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
  async resend({ runId: asked, idempotencyKey, outcomes, mailIds }: Which & { runId: string; idempotencyKey: string }): Promise<Run> {
    const runId = asked.toLowerCase();
    const which = { outcomes, mailIds: mailIds?.map((mailId) => mailId.toLowerCase()) ?? null };
    const made = await this.resends.starting(runId, idempotencyKey, async (start) => {
      if (start.earlier) return sameAs(start.earlier, choiceOf(runId, which), idempotencyKey);
      const version = versionFor(start);
      const unfit = which.mailIds ? await start.unfit(which.mailIds) : [];
      if (unfit.length > 0) throw nothingStarted(unfit);
      return (await start.make(version, which, idempotencyKey)) ?? nothingLeft(start.run, which);
    });
    if (!made) return noRun(runId);
    this.onMade();
    return made;
  }
}

/** The same for the same mails of a run, in whatever order they are named. */
export function choiceOf(runId: string, { outcomes, mailIds }: Which): string {
  const chosen = [...new Set<string>(mailIds ?? outcomes)].sort();
  return createHash('sha256').update([runId, ...chosen].join(' ')).digest('base64url');
}

function versionFor({ run, active, open, valuesErased }: ResendStart): AutomationVersion {
  if (run.endAt === null) throw new Refused('CONFLICT', [
    `Run ${run.runId} has not ended: wait for its end, or cancel it, before its mails are sent again.`,
    `실행 ${run.runId}이(가) 아직 끝나지 않았습니다. 끝나기를 기다리거나 취소한 뒤 다시 발송하세요.`,
  ], 'runId');
  if (!active) throw new Refused('CONFLICT', NO_ACTIVE_VERSION, 'runId');
  if (open && !active.definition.allowParallelRuns) throw alreadyOpen(open);
  if (valuesErased) throw new Refused('CONFLICT', [
    `The values of run ${run.runId} have been erased, as the settings say (MANIFEST_VALUES_DAYS): start a new run for those recipients.`,
    `실행 ${run.runId}의 값은 설정(MANIFEST_VALUES_DAYS)에 따라 삭제되었습니다. 해당 수신자는 새로 실행하세요.`,
  ], 'runId');
  return active;
}

/** The key belongs to something else: whoever asks for this would not get it. */
function sameAs({ run: earlier, choice: before }: NonNullable<ResendStart['earlier']>, choice: string, idempotencyKey: string): Run {
  if (before === choice) return earlier;
  throw new Refused('CONFLICT', [
    `The idempotency key "${idempotencyKey}" already made run ${earlier.runId}, for another request. Nothing was started: use a new key.`,
    `멱등 키 "${idempotencyKey}"는 이미 다른 요청으로 실행 ${earlier.runId}을(를) 만들었습니다. 아무것도 시작하지 않았습니다. 새 키를 쓰세요.`,
  ]);
}

function nothingStarted(unfit: Unfit[]): Refused {
  const why = unfit.slice(0, 3).map(whyNot);
  const more = unfit.length - why.length;
  return new Refused('CONFLICT', [
    ['Nothing was started.', ...why.map(([english]) => english), ...(more > 0 ? [`And ${more} more.`] : [])].join(' '),
    ['아무것도 시작하지 않았습니다.', ...why.map(([, korean]) => korean), ...(more > 0 ? [`외 ${more}건.`] : [])].join(' '),
  ], 'mailIds');
}

function whyNot({ mailId, outcome, stopCode, sentAgainIn }: Unfit): InBoth {
  if (sentAgainIn) return [`Mail ${mailId} is sent again in run ${sentAgainIn} already.`, `메일 ${mailId}은(는) 이미 실행 ${sentAgainIn}에서 다시 발송합니다.`];
  if (outcome === null) return [`Mail ${mailId} is none of this run.`, `메일 ${mailId}은(는) 이 실행의 메일이 아닙니다.`];
  if (stopCode) {
    return [
      `Mail ${mailId} was stopped as ${stopCode}: correct the data or the file rules, and start a new run.`,
      `메일 ${mailId}은(는) ${stopCode}(으)로 제외되었습니다. 데이터나 파일 규칙을 고쳐 새로 실행하세요.`,
    ];
  }
  if (outcome === 'IN_DOUBT') return [`Mail ${mailId} is in doubt: settle it first.`, `메일 ${mailId}은(는) 발송 여부가 불명입니다. 먼저 결과를 확정하세요.`];
  return [`Mail ${mailId} is ${outcome}.`, `메일 ${mailId}은(는) ${outcome} 상태입니다.`];
}

function nothingLeft({ runId }: Run, { outcomes }: Which): never {
  throw new Refused('CONFLICT', [
    `Run ${runId} has no mail with outcome ${outcomes.join(' or ')} that may be sent again: such a mail is stopped for its data, or is sent again already.`,
    `실행 ${runId}에 다시 발송할 수 있는 ${outcomes.join(', ')} 메일이 없습니다. 데이터 문제로 제외되었거나 이미 다시 발송 중입니다.`,
  ], 'outcomes');
}
