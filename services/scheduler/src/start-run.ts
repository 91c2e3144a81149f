import { Refused, type AutomationVersion, type InBoth, type Run } from '@tank/contracts';
import { localTime } from './cron.js';

export const NO_ACTIVE_VERSION: InBoth = [
  'The automation has no active version: complete its draft and activate it first.',
  '자동화에 사용 중인 버전이 없습니다. 초안을 완성해 먼저 활성화하세요.',
];

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
      if (!active) throw new Refused('CONFLICT', NO_ACTIVE_VERSION, 'automationId');
      if (open && !active.definition.allowParallelRuns) throw alreadyOpen(open);
      return insert({ version: active, businessDate: businessDate ?? localTime(now, timeZone), timeZone, idempotencyKey });
    });
    if (!run) throw new Refused('NOT_FOUND', [`There is no automation ${automationId}.`, `자동화 ${automationId}이(가) 없습니다.`], 'automationId');
    this.onMade();
    return run;
  }
}

/** Whoever asks for another date has not got what was asked for, whatever the key says. */
function sameAs(earlier: Run, { idempotencyKey, businessDate, timeZone }: Omit<StartRunAsks, 'automationId'>): Run {
  if (earlier.trigger !== 'manual') throw new Refused('CONFLICT', [
    `The idempotency key "${idempotencyKey}" already made run ${earlier.runId}, which sends mails of another run again. Nothing was started: use a new key.`,
    `멱등 키 "${idempotencyKey}"는 이미 재발송 실행 ${earlier.runId}을(를) 만들었습니다. 아무것도 시작하지 않았습니다. 새 키를 쓰세요.`,
  ]);
  const differing = businessDate !== null && businessDate !== earlier.businessDate ? 'businessDate' : timeZone !== earlier.timeZone ? 'timeZone' : null;
  if (!differing) return earlier;
  throw new Refused('CONFLICT', [
    `The idempotency key "${idempotencyKey}" already made run ${earlier.runId}, of business date ${earlier.businessDate} in ${earlier.timeZone}; this request has another ${differing}. ` +
      'Nothing was started: use a new key for a new run, or ask with the same business date and time zone for that one.',
    `멱등 키 "${idempotencyKey}"는 이미 실행 ${earlier.runId}(업무 일자 ${earlier.businessDate}, ${earlier.timeZone})을 만들었고, 이번 요청과 ${differing}이(가) 다릅니다. ` +
      '아무것도 시작하지 않았습니다. 새 실행은 새 키로, 같은 실행은 같은 업무 일자와 시간대로 요청하세요.',
  ], differing);
}

export function alreadyOpen(open: Run): Refused {
  const { runId, businessDate, status } = open;
  const english = `Run ${runId} of this automation (business date ${businessDate}) is ${status}`;
  const korean = `이 자동화의 실행 ${runId}(업무 일자 ${businessDate})이(가) ${status} 상태`;
  const [why, whyKo] = status === 'PAUSED' ? whyPaused(open) : STILL_OPEN;
  return new Refused('CONFLICT', [`${english}${why}`, `${korean}${whyKo}`], 'automationId');
}

const STILL_OPEN: InBoth = [' and has not ended: wait for its end, or allow parallel runs in the automation.', '로 아직 끝나지 않았습니다. 끝날 때까지 기다리거나 자동화에서 동시 실행을 허용하세요.'];

function whyPaused({ runId, reason, reasonCode }: Run): InBoth {
  const why = reason ?? reasonCode;
  return [
    `. Why it is paused: ${why ?? 'no reason is recorded.'} It does not end by itself: resume it (POST /api/run/${runId}/resume) ` +
      `or cancel it (POST /api/run/${runId}/cancel) first, or allow parallel runs in the automation.`,
    `입니다. 중지 사유: ${why ?? '기록 없음'}. 저절로 끝나지 않으니 먼저 재개(POST /api/run/${runId}/resume)하거나 취소(POST /api/run/${runId}/cancel)하거나, 자동화에서 동시 실행을 허용하세요.`,
  ];
}
