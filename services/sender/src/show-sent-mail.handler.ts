import { Controller, Inject } from '@nestjs/common';
import type { Answer, Asks } from '@tank/contracts';
import { Answers } from '@tank/messaging';
import { ShowSentMail } from './show-sent-mail.js';

@Controller()
export class ShowSentMailHandler {
  constructor(@Inject(ShowSentMail) private readonly sentMails: ShowSentMail) {}

  @Answers('sender.sent-mail')
  show(asks: Asks<'sender.sent-mail'>): Promise<Answer<'sender.sent-mail'>> {
    return this.sentMails.show(asks);
  }

  @Answers('sender.sent-attachment')
  attachment(asks: Asks<'sender.sent-attachment'>): Promise<Answer<'sender.sent-attachment'>> {
    return this.sentMails.attachment(asks);
  }
}
