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

  @Answers('scheduler.list-schedules')
  list({ automationId }: Asks<'scheduler.list-schedules'>): Promise<Answer<'scheduler.list-schedules'>> {
    return this.schedules.list(automationId);
  }
}
