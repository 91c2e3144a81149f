import { randomUUID } from 'node:crypto';
import { MESSAGE_VERSION, MESSAGES, stopMail, type Mail, type MailSettled, type Message, type RunStarted, type StepName } from '@tank/contracts';

/** A message is tried this often before it becomes a dead letter. */
export const MAX_DEFECTS = 3;

/**
 * What happens to the mail or run of a message that kept failing, step by step, so that nothing waits for it:
 * before the sender the mail is closed there (its ledger says whether that is FAIL or IN_DOUBT); after it the outcome
 * stays as it is and only the bookkeeping says that it failed.
 */
const AFTERWARDS: Record<StepName, (message: never, reason: string) => Message[]> = {
  select: ({ runId }: RunStarted, reason) => [
    { v: MESSAGE_VERSION, type: 'RunHalted', runId, status: 'FAIL', reasonCode: 'DEFECT', reason: `The Target Query could not be run: ${reason}` },
  ],
  map: failMail,
  attach: failMail,
  render: failMail,
  send: failMail,
  update: (settled: MailSettled, reason) => [{ ...settled, type: 'MailRecorded', updateQueryOk: 'N', updateError: reason }],
  log: ({ mailId, runId, row, dispatch, outcome }: Message<'MailRecorded'>) => [{ v: MESSAGE_VERSION, type: 'MailLogged', mailId, runId, row, dispatch, outcome }],
  // The scheduler asks the road again for what does not come back.
  complete: () => [],
  'give-back': () => [],
  halt: () => [],
  'log-run': () => [],
  'log-error': () => [],
  'log-dead-letter': () => [],
};

function failMail(mail: Mail, reason: string): Message[] {
  return [stopMail(mail, { outcome: 'FAIL', errorCode: 'DEFECT', errorDetail: reason })];
}

/** True for messages that may never be set aside: they are what closes a mail, or the dead letter itself. */
export function isKeptTrying(step: StepName, type: string): boolean {
  return step === 'log-dead-letter' || (step === 'send' && type === 'MailStopped');
}

/** The dead letter of a message, and what moves its mail or run on. */
export function deadLetters(step: StepName, raw: unknown, reason: string): Message[] {
  const message = raw as Partial<Mail> & { type?: string };
  const letter: Message = {
    v: MESSAGE_VERSION,
    type: 'DeadLettered',
    deadLetterId: randomUUID(),
    step,
    messageType: message?.type ?? 'unknown',
    reason,
    runId: message?.runId ?? null,
    mailId: message?.mailId ?? null,
    payload: raw,
    occurredAt: new Date().toISOString(),
  };
  // A message that never was well-formed may not have what the next step needs: then only the dead letter remains,
  // and the scheduler's time-out dispatches the mail again from its manifest.
  const next = 'unreadable' in message ? [] : AFTERWARDS[step](raw as never, reason).filter((made) => MESSAGES[made.type].safeParse(made).success);
  return [...(MESSAGES.DeadLettered.safeParse(letter).success ? [letter] : [{ ...letter, runId: null, mailId: null }]), ...next];
}
