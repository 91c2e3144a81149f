import { Controller, Inject } from '@nestjs/common';
import type { Answer, Asks } from '@tank/contracts';
import { Answers } from '@tank/messaging';
import { ReadLogs } from './read-logs.js';

@Controller()
export class ReadLogsHandler {
  constructor(@Inject(ReadLogs) private readonly readLogs: ReadLogs) {}

  @Answers('logs.list-mails')
  listMails(asks: Asks<'logs.list-mails'>): Promise<Answer<'logs.list-mails'>> {
    return this.readLogs.listMails(asks);
  }

  @Answers('logs.get-mail')
  getMail(asks: Asks<'logs.get-mail'>): Promise<Answer<'logs.get-mail'>> {
    return this.readLogs.getMail(asks);
  }

  @Answers('logs.list-failed-files')
  listFailedFiles(asks: Asks<'logs.list-failed-files'>): Promise<Answer<'logs.list-failed-files'>> {
    return this.readLogs.listFailedFiles(asks);
  }

  @Answers('logs.list-failed-templates')
  listFailedTemplates(asks: Asks<'logs.list-failed-templates'>): Promise<Answer<'logs.list-failed-templates'>> {
    return this.readLogs.listFailedTemplates(asks);
  }

  @Answers('logs.list-system-errors')
  listSystemErrors(asks: Asks<'logs.list-system-errors'>): Promise<Answer<'logs.list-system-errors'>> {
    return this.readLogs.listSystemErrors(asks);
  }

  @Answers('logs.list-dead-letters')
  listDeadLetters(asks: Asks<'logs.list-dead-letters'>): Promise<Answer<'logs.list-dead-letters'>> {
    return this.readLogs.listDeadLetters(asks);
  }

  @Answers('logs.summary')
  summary(asks: Asks<'logs.summary'>): Promise<Answer<'logs.summary'>> {
    return this.readLogs.summary(asks);
  }
}
