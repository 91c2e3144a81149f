import { Controller, Inject } from '@nestjs/common';
import type { MailLogged, MailRecorded } from '@tank/contracts';
import { BatchStep, type BatchContext } from '@tank/messaging';
import { LogMails, type RowRefused } from './log-mails.js';

@Controller()
export class LogMailsHandler {
  constructor(@Inject(LogMails) private readonly logMails: LogMails) {}

  /** Returns after the commit: only then does the scheduler's window move. */
  @BatchStep('log', { size: 500, waitMs: 20 })
  log(mails: MailRecorded[], { traceIds, trails }: BatchContext): Promise<(MailLogged | RowRefused)[]> {
    return this.logMails.log(mails, traceIds, trails);
  }
}
