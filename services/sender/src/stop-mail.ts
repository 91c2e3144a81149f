import type { MailSettled, MailStopped } from '@tank/contracts';
import type { Ledger } from './ledger.js';
import { answerAgain, isSettled, settledFrom, type Runs, type SettleFromLedger } from './settle-from-ledger.js';
import { unsentEnding } from './settlement.js';

/** Settles a mail that an earlier step stopped. If the mail has been sent already, or may have been, the ledger wins. */
export class StopMail {
  constructor(private readonly ledger: Ledger, private readonly known: SettleFromLedger, private readonly runs: Runs, private readonly now: () => Date = () => new Date()) {}

  async stop(message: MailStopped): Promise<MailSettled[]> {
    const entry = await this.known.entryOf(message);
    if (isSettled(entry)) return answerAgain(message, entry, this.runs);
    const { attachmentChecks, templateCheck, outcome, errorCode, errorDetail } = message;
    const settlement = { to: null, subject: null, files: [], attachmentChecks, templateCheck, ...unsentEnding(outcome, errorCode, errorDetail, this.now()) };
    const closed = await this.ledger.close(message.mailId, message.runId, settlement);
    return [closed ? settledFrom(message, closed) : await this.known.settled(message)];
  }
}
