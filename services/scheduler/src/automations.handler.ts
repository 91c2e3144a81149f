import { Controller, Inject } from '@nestjs/common';
import type { Answer, Asks } from '@tank/contracts';
import { Answers } from '@tank/messaging';
import { Automations } from './automations.js';
import { ReleaseVersion } from './release-version.js';

@Controller()
export class AutomationsHandler {
  constructor(@Inject(Automations) private readonly automations: Automations, @Inject(ReleaseVersion) private readonly release: ReleaseVersion) {}

  @Answers('scheduler.create-automation')
  create(input: Asks<'scheduler.create-automation'>): Promise<Answer<'scheduler.create-automation'>> {
    return this.automations.create(input);
  }

  @Answers('scheduler.get-automation')
  get({ automationId }: Asks<'scheduler.get-automation'>): Promise<Answer<'scheduler.get-automation'>> {
    return this.automations.get(automationId);
  }

  @Answers('scheduler.list-automations')
  list({ groupIds, ...asked }: Asks<'scheduler.list-automations'>): Promise<Answer<'scheduler.list-automations'>> {
    return this.automations.list(groupIds, asked);
  }

  @Answers('scheduler.move-automation')
  move({ automationId, groupId }: Asks<'scheduler.move-automation'>): Promise<Answer<'scheduler.move-automation'>> {
    return this.automations.move(automationId, groupId);
  }

  @Answers('scheduler.change-draft')
  changeDraft({ automationId, revision, by, ...change }: Asks<'scheduler.change-draft'>): Promise<Answer<'scheduler.change-draft'>> {
    return this.automations.changeDraft(automationId, { revision, by }, change);
  }

  @Answers('scheduler.restore-version')
  restore({ automationId, revision, by, number }: Asks<'scheduler.restore-version'>): Promise<Answer<'scheduler.restore-version'>> {
    return this.automations.restore(automationId, { revision, by }, number);
  }

  @Answers('scheduler.approve')
  approve({ automationId, revision, by, byOther }: Asks<'scheduler.approve'>): Promise<Answer<'scheduler.approve'>> {
    return this.release.approve(automationId, { revision, by }, byOther);
  }

  @Answers('scheduler.activate')
  activate({ automationId, revision, by, requireApproval }: Asks<'scheduler.activate'>): Promise<Answer<'scheduler.activate'>> {
    return this.release.activate(automationId, { revision, by }, requireApproval);
  }

  @Answers('scheduler.list-versions')
  versions({ automationId, ...asked }: Asks<'scheduler.list-versions'>): Promise<Answer<'scheduler.list-versions'>> {
    return this.automations.versions(automationId, asked);
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
