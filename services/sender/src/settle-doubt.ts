import { Refused, TryLater, type Answer, type Asks, type Mail, type MailSettled } from '@tank/contracts';
import type { CallResult, Ledger, LedgerEntry } from './ledger.js';
import { isSettled, RESEND_AFTER_MS, settledFrom, type SettleFromLedger } from './settle-from-ledger.js';
import { evidenceEnding } from './settlement.js';

export interface Manifest {
  /** As its run's manifest has it. @throws Refused NOT_FOUND, UNAVAILABLE */
  mail(mailId: string): Promise<Mail>;
}
export interface SettledRoad {
  publish(message: MailSettled): Promise<void>;
}
const NO_MESSAGE_ID = [
  'A mail that SES did not take has no message id: leave it out, or settle the mail as SENT.',
  'SES가 접수하지 않은 메일에는 메시지 ID가 없습니다. 빼거나 SENT로 확정하세요.',
] as const;
type Wanted = Asks<'sender.settle-doubt'>;

/**
 * An operator says what became of a mail in doubt: the ledger takes it, and the outcome travels to the customer's database and
 * the log as any other, once: told again, it might overwrite what a later mail to the same recipient has written. What the ledger has and
 * nobody was told of, because this process died in between, is told when it is asked again.
 */
export class SettleDoubt {
  constructor(
    private readonly ledger: Ledger,
    private readonly known: SettleFromLedger,
    private readonly manifest: Manifest,
    private readonly road: SettledRoad,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** @throws Refused */
  async settle(wanted: Wanted): Promise<Answer<'sender.settle-doubt'>> {
    if (wanted.outcome === 'FAIL' && wanted.messageId !== null) throw new Refused('INVALID', NO_MESSAGE_ID, 'messageId');
    const mail = await this.manifest.mail(wanted.mailId);
    const entry = await this.entryOf(mail);
    const settled = entry.state === 'IN_DOUBT' ? await this.resolve(entry, wanted) : alreadySo(entry, wanted);
    const message = settledFrom(mail, settled);
    if (!settled.settlement?.byOperator?.isTold) {
      await this.road.publish({ ...message, isUnmapped: true });
      await this.ledger.markTold(mail.mailId);
    }
    return { mailId: mail.mailId, outcome: message.outcome, settledAt: message.settledAt };
  }

  private async entryOf(mail: Mail): Promise<LedgerEntry> {
    const entry = await this.known.entryOf(mail).catch((error: unknown) => Promise.reject(error instanceof TryLater ? onItsWay(mail, { cause: error }) : (error as Error)));
    if (!entry) throw unknownToLedger(mail);
    if (!isSettled(entry)) throw onItsWay(mail);
    return entry;
  }

  private async resolve(entry: LedgerEntry, { mailId, outcome, messageId, evidence }: Wanted): Promise<LedgerEntry> {
    if (outcome === 'FAIL') refuseWhileItMayBeTaken(entry, mailId);
    const calledAt = new Date(this.now().getTime() - (entry.intentAgeMs ?? 0));
    const result: CallResult = { state: outcome === 'SENT' ? 'SENT' : 'REFUSED', ending: evidenceEnding(outcome, { messageId, evidence, calledAt, at: this.now() }) };
    const settled = await this.ledger.record(mailId, entry.attempt, result);
    if (!settled) throw new Refused('CONFLICT', [`Mail ${mailId} has changed at this moment: look at it again.`, `메일 ${mailId}의 상태가 방금 바뀌었습니다. 다시 확인하세요.`], 'mailId');
    return settled;
  }
}

/** The same word of an operator, once more. */
function alreadySo(entry: LedgerEntry, { mailId, outcome, messageId }: Wanted): LedgerEntry {
  const { outcome: stands, byOperator, messageId: known } = entry.settlement!;
  if (byOperator && stands === outcome && known === messageId) return entry;
  throw new Refused('CONFLICT', [
    `Mail ${mailId} is ${stands}, and not in doubt: only IN_DOUBT can be settled, and only once.`,
    `메일 ${mailId}은(는) ${stands} 상태로, 발송 여부가 불명이 아닙니다. IN_DOUBT만 한 번 확정할 수 있습니다.`,
  ], 'mailId');
}

/** Who sends it again because it FAILed must not be the second to send it. */
function refuseWhileItMayBeTaken({ intentAgeMs }: LedgerEntry, mailId: string): void {
  const leftMs = RESEND_AFTER_MS - (intentAgeMs ?? 0);
  if (leftMs <= 0) return;
  const seconds = Math.ceil(leftMs / 1_000);
  throw new Refused('CONFLICT', [
    `SES may still take mail ${mailId}: settle it as FAIL in ${seconds} seconds, when AWS refuses the signature of the call.`,
    `SES가 메일 ${mailId}을(를) 아직 접수할 수 있습니다. 호출의 서명이 만료되는 ${seconds}초 뒤에 FAIL로 확정하세요.`,
  ], 'outcome');
}

function unknownToLedger({ mailId }: Mail): Refused {
  return new Refused('CONFLICT', [
    `The ledger has no mail ${mailId}: it has not come to the sender yet, or is older than LEDGER_DAYS and cannot be settled any more.`,
    `원장에 메일 ${mailId}이(가) 없습니다. 아직 발송 단계에 오지 않았거나 LEDGER_DAYS가 지나 더는 확정할 수 없습니다.`,
  ], 'mailId');
}

function onItsWay({ mailId }: Mail, options?: ErrorOptions): Refused {
  return new Refused('CONFLICT', [`Mail ${mailId} is still on its way, and not in doubt: wait for its outcome.`, `메일 ${mailId}은(는) 아직 처리 중입니다. 결과를 기다리세요.`], 'mailId', options);
}
