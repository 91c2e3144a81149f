import { Controller, Inject } from '@nestjs/common';
import type { Taken } from '@tank/contracts';
import { BatchStep } from '@tank/messaging';
import { WriteBack, type WriteBackEnding } from './write-back.js';

@Controller()
export class WriteBackHandler {
  constructor(@Inject(WriteBack) private readonly outcomes: WriteBack) {}

  @BatchStep('update', { size: 200, waitMs: 20 })
  update(mails: Taken<'update'>[]): Promise<WriteBackEnding[]> {
    return this.outcomes.writeBack(mails);
  }
}
