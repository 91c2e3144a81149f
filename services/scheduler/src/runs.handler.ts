import { Controller, Inject } from '@nestjs/common';
import type { Answer, Asks } from '@tank/contracts';
import { Answers } from '@tank/messaging';
import { ControlRun } from './control-run.js';
import { ResendMails } from './resend-mails.js';
import { Runs } from './runs.js';
import { StartRun } from './start-run.js';

@Controller()
export class RunsHandler {
  constructor(
    @Inject(StartRun) private readonly startRun: StartRun,
    @Inject(ResendMails) private readonly resends: ResendMails,
    @Inject(ControlRun) private readonly control: ControlRun,
    @Inject(Runs) private readonly runs: Runs,
  ) {}

  @Answers('scheduler.start-run')
  start(asks: Asks<'scheduler.start-run'>): Promise<Answer<'scheduler.start-run'>> {
    return this.startRun.start(asks);
  }

  @Answers('scheduler.resend-mails')
  resend(asks: Asks<'scheduler.resend-mails'>): Promise<Answer<'scheduler.resend-mails'>> {
    return this.resends.resend(asks);
  }

  @Answers('scheduler.pause-run')
  pause({ runId, reason }: Asks<'scheduler.pause-run'>): Promise<Answer<'scheduler.pause-run'>> {
    return this.control.pause(runId, reason);
  }

  @Answers('scheduler.resume-run')
  resume({ runId }: Asks<'scheduler.resume-run'>): Promise<Answer<'scheduler.resume-run'>> {
    return this.control.resume(runId);
  }

  @Answers('scheduler.cancel-run')
  cancel({ runId, reason }: Asks<'scheduler.cancel-run'>): Promise<Answer<'scheduler.cancel-run'>> {
    return this.control.cancel(runId, reason);
  }

  @Answers('scheduler.get-run')
  get({ runId }: Asks<'scheduler.get-run'>): Promise<Answer<'scheduler.get-run'>> {
    return this.runs.get(runId);
  }

  @Answers('scheduler.list-runs')
  list({ automationId, groupIds, ...asked }: Asks<'scheduler.list-runs'>): Promise<Answer<'scheduler.list-runs'>> {
    return this.runs.list({ automationId, groupIds }, asked);
  }

  @Answers('scheduler.get-mail')
  mail({ mailId }: Asks<'scheduler.get-mail'>): Promise<Answer<'scheduler.get-mail'>> {
    return this.runs.mail(mailId);
  }

  @Answers('scheduler.run-status')
  status({ runId }: Asks<'scheduler.run-status'>): Promise<Answer<'scheduler.run-status'>> {
    return this.runs.status(runId);
  }
}
