import { Controller, Inject } from '@nestjs/common';
import type { Answer, Asks } from '@tank/contracts';
import { Answers } from '@tank/messaging';
import { SendTest } from './send-test.js';

@Controller()
export class SendTestHandler {
  constructor(@Inject(SendTest) private readonly sendTest: SendTest) {}

  @Answers('sender.send-test')
  send(test: Asks<'sender.send-test'>): Promise<Answer<'sender.send-test'>> {
    return this.sendTest.send(test);
  }
}
