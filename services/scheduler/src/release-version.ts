import { Refused, type AskedChange, type Automation, type AutomationVersion, type ChangedVersion } from '@tank/contracts';
import { noAutomation, type AutomationStore } from './automations.js';
import { missingForActivation } from './missing-for-activation.js';

/**
 * The way of a draft into use: DRAFT, APPROVED (which may be left out where nothing demands it), ACTIVE. What is approved is what
 * goes active: whoever changes it in between makes it a draft again.
 */
export class ReleaseVersion {
  constructor(private readonly store: Pick<AutomationStore, 'changing'>) {}

  /**
   * @param byOther whoever has written in the draft may not approve it, administrators neither.
   * @throws Refused NOT_FOUND, CHANGED_MEANWHILE; CONFLICT also with everything that is missing or unchecked, in one message.
   */
  async approve(automationId: string, asked: AskedChange, byOther: boolean): Promise<ChangedVersion> {
    const approved = await this.store.changing(automationId, asked, ({ automation, approve }) => {
      const draft = draftOf(automation);
      if (draft.status === 'APPROVED' && !(byOther && isOwnApproval(draft))) throw approvedAlready(draft);
      if (byOther && draft.writtenBy.some(({ userId }) => userId === asked.by.userId)) throw writerMayNot(draft);
      refuseIncomplete(draft, APPROVED);
      return approve(draft);
    });
    return approved ?? noAutomation(automationId);
  }

  /**
   * @param requireApproval only what somebody has approved who did not write in it.
   * @throws Refused NOT_FOUND, CHANGED_MEANWHILE; CONFLICT also with everything that is missing or unchecked, in one message.
   */
  async activate(automationId: string, asked: AskedChange, requireApproval: boolean): Promise<ChangedVersion> {
    const active = await this.store.changing(automationId, asked, ({ automation, activate }) => {
      const draft = draftOf(automation);
      refuseIncomplete(draft, ACTIVATED);
      if (requireApproval && (draft.status !== 'APPROVED' || isOwnApproval(draft))) throw notApproved(draft);
      return activate(draft);
    });
    return active ?? noAutomation(automationId);
  }
}

const APPROVED = ['approved', '승인할'] as const;
const ACTIVATED = ['activated', '활성화할'] as const;

function draftOf({ draftVersion, activeVersion }: Automation): AutomationVersion {
  if (draftVersion) return draftVersion;
  throw new Refused('CONFLICT', [
    `There is no draft: version ${activeVersion?.number} is active. Change the automation first.`,
    `초안이 없습니다. 버전 ${activeVersion?.number}을(를) 사용 중입니다. 먼저 자동화를 변경하세요.`,
  ]);
}

/** From a time when nothing forbade it. */
function isOwnApproval({ approvedBy, writtenBy }: AutomationVersion): boolean {
  return writtenBy.some(({ userId }) => userId === approvedBy?.userId);
}

function refuseIncomplete({ number, definition }: AutomationVersion, [done, doneKo]: typeof APPROVED | typeof ACTIVATED): void {
  const missing = missingForActivation(definition);
  if (missing.length === 0) return;
  throw new Refused('CONFLICT', [
    `Version ${number} cannot be ${done}. ${missing.map(({ sentence }) => sentence[0]).join(' ')}`,
    `버전 ${number}을(를) ${doneKo} 수 없습니다. ${missing.map(({ sentence }) => sentence[1]).join(' ')}`,
  ], missing[0]!.field);
}

function approvedAlready({ number, approvedBy, approvedAt }: AutomationVersion): Refused {
  return new Refused('CONFLICT', [
    `Version ${number} is approved already, by ${approvedBy?.name} at ${approvedAt}: activate it.`,
    `버전 ${number}은(는) 이미 ${approvedBy?.name}님이 ${approvedAt}에 승인했습니다. 활성화하세요.`,
  ]);
}

function writerMayNot({ number, writtenBy }: AutomationVersion): Refused {
  const writers = writtenBy.map(({ name }) => name).join(', ');
  return new Refused('CONFLICT', [
    `Version ${number} cannot be approved by somebody who has written in it (${writers}), as the setting requireApproval demands: ask another author or administrator.`,
    `버전 ${number}은(는) 작성에 참여한 사람(${writers})이 승인할 수 없습니다(설정 requireApproval). 다른 작성자나 관리자에게 승인을 요청하세요.`,
  ]);
}

function notApproved({ number, status }: AutomationVersion): Refused {
  const [why, whyKo] = status === 'APPROVED' ? [' by anybody else than its writers', '작성자가 아닌 사람의 '] : ['', ''];
  return new Refused('CONFLICT', [
    `Version ${number} has not been approved${why}, as the setting requireApproval demands: ` +
      'somebody who has not written in it approves it first (POST /api/automation/:id/approve).',
    `버전 ${number}은(는) ${whyKo}승인을 받지 않았습니다(설정 requireApproval). 작성에 참여하지 않은 사람이 먼저 승인해야 합니다(POST /api/automation/:id/approve).`,
  ]);
}
