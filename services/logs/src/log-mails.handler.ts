import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { MailLogged, MailRecorded } from '@tank/contracts';
import { BatchStep, type BatchContext } from '@tank/messaging';
import { LogMails, type RowRefused } from './log-mails.js';

@Controller()
export class LogMailsHandler {
  constructor(@Inject(LogMails) private readonly logMails: LogMails) {}

  /** Returns after the commit: only then does the scheduler's window move. */
  @BatchStep('log', { size: 500, waitMs: 20 })
  log(@Payload() mails: MailRecorded[], @Ctx() { traceIds }: BatchContext): Promise<(MailLogged | RowRefused)[]> {
    return this.logMails.log(mails, traceIds);
  }
}
