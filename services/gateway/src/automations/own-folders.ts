import type { AutomationDefinition, FileRule } from '@tank/contracts';
import { checkFileRules } from './check-file-rules.js';
import type { Services } from '../handlers.js';
import { draftOnOwnConnection } from './own-connection.js';
import { ApiProblem, type Fault } from '../problem.js';

interface Groups {
  foldersOf(groupId: string): Promise<string[]>;
}
type Pattern = Pick<FileRule, 'directory' | 'file'>;

/**
 * The file root is one, and documents of all groups lie in it: a rule reads nothing but the folders of its automation's group, whoever asks, administrators,
 * too. What a rule says before its first placeholder or wildcard decides; no value leads out of that again (the attachment service refuses those).
 */
export class OwnFolders {
  constructor(private readonly services: Services, private readonly groups: Groups) {}

  /** @param place of the rules among what was sent, such as `definition.` @throws ApiProblem INVALID for a rule that can never work, CONFLICT for one outside of the folders */
  async check(groupId: string, rules: readonly FileRule[] = [], place = ''): Promise<void> {
    checkFileRules(rules, place);
    if (rules.length === 0) return;
    const folders = await this.groups.foldersOf(groupId.toLowerCase());
    const faults = rules.flatMap((rule, at) => (isInside(rule, folders) ? [] : [outside(rule, folders, `${place}fileRules[${at}].directory`)]));
    const [first] = faults;
    if (first) throw new ApiProblem({ status: 409, code: 'CONFLICT', detail: first.message, field: first.field, remedy: first.remedy, faults });
  }

  /** Of rules that are to become this automation's. */
  async checkFor(automationId: string, rules: readonly FileRule[] | undefined): Promise<void> {
    if (rules === undefined || rules.length === 0) return;
    const { groupId } = await this.services.ask('scheduler.get-automation', { automationId });
    await this.check(groupId, rules);
  }

  /** What an author works on, where neither its connection nor its files are another group's. @param unsaved used in place of its rules */
  async draftOf(automationId: string, unsaved?: readonly FileRule[]): Promise<AutomationDefinition> {
    const { definition, groupId } = await draftOnOwnConnection(this.services, automationId);
    await this.check(groupId, unsaved ?? definition.fileRules);
    return definition;
  }

  /** What a run of it would use. Without an active version there is nothing to use. */
  async checkActive(automationId: string): Promise<void> {
    const { groupId, activeVersion } = await this.services.ask('scheduler.get-automation', { automationId });
    await this.check(groupId, activeVersion?.definition.fileRules);
  }

  /** Whether it could go on in another group, with what runs and what is worked on. */
  async checkMove(automationId: string, groupId: string): Promise<void> {
    const { activeVersion, draftVersion } = await this.services.ask('scheduler.get-automation', { automationId });
    for (const version of [activeVersion, draftVersion]) await this.check(groupId, version?.definition.fileRules);
  }
}

function isInside(rule: Pattern, folders: readonly string[]): boolean {
  const beginning = literalFolder(rule);
  return folders.some((folder) => folder === '' || beginning === folder || beginning.startsWith(`${folder}/`));
}

/** The folder that the rule names before any value or wildcard, read as the attachment service reads it. */
function literalFolder({ directory, file }: Pattern): string {
  const [literal = ''] = `${directory}/${file}`.normalize('NFC').replaceAll('\\', '/').split(/\{\{|[*?]/);
  return literal.split('/').slice(0, -1).filter((name) => name !== '' && name !== '.').join('/');
}

function outside(rule: FileRule, folders: readonly string[], field: string): Fault {
  const named = folders.map((folder) => `"${folder}"`).join(', ');
  const beginning = literalFolder(rule);
  return {
    field,
    message: [
      `Rule "${rule.name}" looks for files in "${beginning}", which is not in the folders of the automation's group: ${named || 'it has none'}.`,
      `규칙 "${rule.name}"이(가) 찾는 폴더 "${beginning}"은(는) 자동화 그룹의 폴더에 속하지 않습니다. 그룹의 폴더: ${named || '없음'}.`,
    ],
    remedy: [
      'Begin the directory with a folder of the group, before any {{column}} or wildcard, or ask an administrator for the folder (PATCH /api/group/:id, folders).',
      'directory를 {{컬럼}}이나 와일드카드보다 앞에서 그룹의 폴더로 시작하게 쓰거나, 관리자에게 폴더 추가를 요청하세요 (PATCH /api/group/:id, folders).',
    ],
  };
}
