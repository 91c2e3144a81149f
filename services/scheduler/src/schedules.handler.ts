import { Controller, Inject } from '@nestjs/common';
import type { Answer, Asks } from '@tank/contracts';
import { Answers } from '@tank/messaging';
import { Schedules } from './schedules.js';

@Controller()
export class SchedulesHandler {
  constructor(@Inject(Schedules) private readonly schedules: Schedules) {}

  @Answers('scheduler.create-schedule')
  create(input: Asks<'scheduler.create-schedule'>): Promise<Answer<'scheduler.create-schedule'>> {
    return this.schedules.create(input);
  }

  @Answers('scheduler.change-schedule')
  change({ scheduleId, revision, by, change }: Asks<'scheduler.change-schedule'>): Promise<Answer<'scheduler.change-schedule'>> {
    return this.schedules.change(scheduleId, { revision, by }, change);
  }

  @Answers('scheduler.remove-schedule')
  remove({ scheduleId, revision }: Asks<'scheduler.remove-schedule'>): Promise<Answer<'scheduler.remove-schedule'>> {
    return this.schedules.remove(scheduleId, revision);
  }

  @Answers('scheduler.preview-firings')
  preview(timing: Asks<'scheduler.preview-firings'>): Promise<Answer<'scheduler.preview-firings'>> {
    return this.schedules.preview(timing);
  }

  @Answers('scheduler.get-schedule')
  get({ scheduleId }: Asks<'scheduler.get-schedule'>): Promise<Answer<'scheduler.get-schedule'>> {
    return this.schedules.get(scheduleId);
  }

  @Answers('scheduler.list-schedules')
  list({ automationId, groupIds, ...asked }: Asks<'scheduler.list-schedules'>): Promise<Answer<'scheduler.list-schedules'>> {
    return this.schedules.list({ automationId, groupIds }, asked);
  }
}
