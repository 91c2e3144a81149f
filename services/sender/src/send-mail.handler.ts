import { Controller, Inject, type Type } from '@nestjs/common';
import type { Answer, Asks, Given, Taken } from '@tank/contracts';
import { Answers, Step } from '@tank/messaging';
import { DescribeAccount } from './describe-account.js';
import { SendMail } from './send-mail.js';
import { SettleDoubt } from './settle-doubt.js';
import { StopMail } from './stop-mail.js';

/** A class per process: how many mails it holds at the same time is a setting. */
export function sendMailHandler(concurrency: number): Type {
  @Controller()
  class SendMailHandler {
    constructor(
      @Inject(SendMail) private readonly sendMail: SendMail,
      @Inject(StopMail) private readonly stopMail: StopMail,
      @Inject(SettleDoubt) private readonly doubts: SettleDoubt,
      @Inject(DescribeAccount) private readonly account: DescribeAccount,
    ) {}

    @Step('send', { concurrency })
    async send(message: Taken<'send'>): Promise<Given<'send'>[]> {
      return message.type === 'MailStopped' ? this.stopMail.stop(message) : this.sendMail.send(message);
    }

    @Answers('sender.settle-doubt')
    settleDoubt(asks: Asks<'sender.settle-doubt'>): Promise<Answer<'sender.settle-doubt'>> {
      return this.doubts.settle(asks);
    }

    @Answers('sender.account')
    describeAccount(): Promise<Answer<'sender.account'>> {
      return this.account.describe();
    }
  }
  return SendMailHandler;
}
