import { Controller, Inject } from '@nestjs/common';
import type { Answer, Asks } from '@tank/contracts';
import { Answers } from '@tank/messaging';
import { Groups } from './groups.js';

@Controller()
export class GroupsHandler {
  constructor(@Inject(Groups) private readonly groups: Groups) {}

  @Answers('scheduler.group-of')
  groupOf(asks: Asks<'scheduler.group-of'>): Promise<Answer<'scheduler.group-of'>> {
    return this.groups.groupOf(asks);
  }

  @Answers('scheduler.automation-ids')
  async automationIds({ groupIds }: Asks<'scheduler.automation-ids'>): Promise<Answer<'scheduler.automation-ids'>> {
    return { automationIds: await this.groups.automationIds(groupIds) };
  }

  @Answers('scheduler.connection-users')
  async connectionUsers({ connectionId, groupId }: Asks<'scheduler.connection-users'>): Promise<Answer<'scheduler.connection-users'>> {
    return { automations: await this.groups.connectionUsers(connectionId, groupId) };
  }
}
