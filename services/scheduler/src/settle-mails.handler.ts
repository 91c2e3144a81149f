import { Controller, Inject } from '@nestjs/common';
import type { Taken } from '@tank/contracts';
import { BatchStep, Step } from '@tank/messaging';
import { SettleMails } from './settle-mails.js';

/** A short wait: a serial run dispatches its next mail only when its last one has come through here. */
const BATCH = { size: 200, waitMs: 5 };

@Controller()
export class SettleMailsHandler {
  constructor(@Inject(SettleMails) private readonly mails: SettleMails) {}

  @BatchStep('complete', BATCH)
  async complete(logged: Taken<'complete'>[]): Promise<void[]> {
    await this.mails.complete(logged);
    return logged.map(() => undefined);
  }

  @BatchStep('give-back', BATCH)
  async giveBack(given: Taken<'give-back'>[]): Promise<void[]> {
    await this.mails.giveBack(given);
    return given.map(() => undefined);
  }

  @Step('halt')
  halt(halted: Taken<'halt'>): Promise<void> {
    return this.mails.halt(halted);
  }
}
