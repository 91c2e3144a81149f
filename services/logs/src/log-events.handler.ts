import { Controller, Inject } from '@nestjs/common';
import type { DeadLettered, RunChanged, SystemErrorRaised } from '@tank/contracts';
import { Step } from '@tank/messaging';
import { LogEvents } from './log-events.js';

@Controller()
export class LogEventsHandler {
  constructor(@Inject(LogEvents) private readonly logEvents: LogEvents) {}

  @Step('log-run', { concurrency: 4 })
  run(changed: RunChanged): Promise<void> {
    return this.logEvents.run(changed);
  }

  @Step('log-error', { concurrency: 4 })
  systemError(raised: SystemErrorRaised): Promise<void> {
    return this.logEvents.systemError(raised);
  }

  @Step('log-dead-letter', { concurrency: 2 })
  deadLetter(letter: DeadLettered): Promise<void> {
    return this.logEvents.deadLetter(letter);
  }
}
