import { Controller, Inject } from '@nestjs/common';
import type { Answer, Asks } from '@tank/contracts';
import { Answers } from '@tank/messaging';
import { Automations } from './automations.js';

@Controller()
export class AutomationsHandler {
  constructor(@Inject(Automations) private readonly automations: Automations) {}

  @Answers('scheduler.create-automation')
  create(input: Asks<'scheduler.create-automation'>): Promise<Answer<'scheduler.create-automation'>> {
    return this.automations.create(input);
  }

  @Answers('scheduler.get-automation')
  get({ automationId }: Asks<'scheduler.get-automation'>): Promise<Answer<'scheduler.get-automation'>> {
    return this.automations.get(automationId);
  }

  @Answers('scheduler.list-automations')
  list({ groupIds, limit, after }: Asks<'scheduler.list-automations'>): Promise<Answer<'scheduler.list-automations'>> {
    return this.automations.list(groupIds, limit, after);
  }

  @Answers('scheduler.move-automation')
  move({ automationId, groupId }: Asks<'scheduler.move-automation'>): Promise<Answer<'scheduler.move-automation'>> {
    return this.automations.move(automationId, groupId);
  }

  @Answers('scheduler.change-draft')
  changeDraft({ automationId, change }: Asks<'scheduler.change-draft'>): Promise<Answer<'scheduler.change-draft'>> {
    return this.automations.changeDraft(automationId, change);
  }

  @Answers('scheduler.activate')
  activate({ automationId }: Asks<'scheduler.activate'>): Promise<Answer<'scheduler.activate'>> {
    return this.automations.activate(automationId);
  }

  @Answers('scheduler.list-versions')
  versions({ automationId, limit, after }: Asks<'scheduler.list-versions'>): Promise<Answer<'scheduler.list-versions'>> {
    return this.automations.versions(automationId, limit, after);
  }

  @Answers('scheduler.get-numbered-version')
  numbered({ automationId, number }: Asks<'scheduler.get-numbered-version'>): Promise<Answer<'scheduler.get-numbered-version'>> {
    return this.automations.numbered(automationId, number);
  }

  @Answers('scheduler.get-version')
  version({ versionId }: Asks<'scheduler.get-version'>): Promise<Answer<'scheduler.get-version'>> {
    return this.automations.version(versionId);
  }
}
