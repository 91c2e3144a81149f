import type { Actor, Automation, AutomationFile, AutomationVersion, Warning } from '@tank/contracts';
import type { Caller } from '../accounts/account.js';
import { actorOf } from '../asked-change.js';
import { definitionOf, fileOf } from './automation-file.js';
import { draftVersion } from './draft-definition.js';
import { groupsOf, type CallOfUser, type Services } from '../handlers.js';
import { groupOfNew } from './own-connection.js';
import type { OwnFolders } from './own-folders.js';
import { allOf } from '../pages.js';
import { checkTemplate } from './save-template.js';
import type { Words } from '../words.js';

interface Wanted {
  name?: string | undefined;
  groupId?: string | undefined;
}
type Imported = Automation & { warnings: Warning[] };

/** Automations as files, and automations made of them. */
export class AutomationFiles {
  constructor(private readonly services: Services, private readonly folders: OwnFolders) {}

  /** @param number the version; absent: the draft, or the active version where there is none. */
  async export(automationId: string, caller: Caller, number?: number): Promise<AutomationFile> {
    const automation = await this.services.ask('scheduler.get-automation', { automationId });
    const version = number === undefined ? draftVersion(automation) : await this.services.ask('scheduler.get-numbered-version', { automationId, number });
    return this.fileOf(automation, version, caller);
  }

  /** @param groupId absent: in the group of its connection, or where any new one goes. @throws ApiProblem 422 for a pattern or a template that cannot be read: nothing was made. */
  async import(file: AutomationFile, wanted: Wanted, call: CallOfUser): Promise<Imported> {
    const made = await this.make(file, wanted, [], call);
    return { ...made, warnings: [...made.warnings, { field: 'writtenBy', message: call.say(WRITERS_UNKNOWN) }] };
  }

  /** In the same group. Who wrote in it has written in its duplicate. */
  async duplicate(automationId: string, name: string, call: CallOfUser): Promise<Imported> {
    const automation = await this.services.ask('scheduler.get-automation', { automationId });
    const version = draftVersion(automation);
    return this.make(await this.fileOf(automation, version, call.caller), { name, groupId: automation.groupId }, version.writtenBy, call);
  }

  private async fileOf({ automationId, name, description, groupId }: Automation, version: AutomationVersion, caller: Caller): Promise<AutomationFile> {
    const connection = await this.nameOf(version.definition.connectionId, groupId);
    const schedules = await allOf((page) => this.services.ask('scheduler.list-schedules', { ...page, automationId, groupIds: groupsOf(caller) }));
    return fileOf({ name, description, version, connection, schedules });
  }

  private async make(file: AutomationFile, { name = file.name, groupId: where }: Wanted, writtenBy: Actor[], { caller, say }: CallOfUser): Promise<Imported> {
    if (file.definition.template) await checkTemplate(this.services, file.definition.template, 'definition.template.');
    const { groupId, connectionId } = await this.place(file.connection, where, caller);
    await this.folders.check(groupId, file.definition.fileRules, 'definition.');
    const { description, schedules } = file;
    const definition = definitionOf(file, connectionId);
    const made = await this.services.ask('scheduler.create-automation', { name, description, groupId, definition, schedules, by: actorOf(caller), writtenBy });
    return { ...made, warnings: leftToDo(file, connectionId).map(({ field, message }) => ({ field, message: say(message) })) };
  }

  /** A connection that is another group's by now is not named to this one. */
  private async nameOf(connectionId: string | null, groupId: string): Promise<string | null> {
    if (connectionId === null) return null;
    const connection = await this.services.ask('dbio.get-connection', { connectionId });
    return connection.groupId === groupId ? connection.name : null;
  }

  /** Which connection of that name is meant: one that the caller sees, of the group that the automation goes to. */
  private async place(name: string | null, where: string | undefined, caller: Caller): Promise<{ groupId: string; connectionId: string | null }> {
    const known = name === null ? [] : await allOf((page) => this.services.ask('dbio.list-connections', { ...page, groupIds: groupsOf(caller) }));
    const connection = known.find((one) => one.name === name && (where === undefined || one.groupId === where.toLowerCase()));
    const groupId = await groupOfNew(this.services, { groupId: where ?? connection?.groupId }, caller);
    return { groupId, connectionId: connection?.connectionId ?? null };
  }
}

const WRITERS_UNKNOWN: Words = [
  'A file does not say who wrote it: only you count as a writer. Where approval is required, let nobody approve it who may have written it.',
  '파일에는 작성자 정보가 없어 가져온 사람만 작성자로 기록됩니다. 승인이 필요한 경우 원래 작성자가 아닌 사람에게 승인을 요청하세요.',
];

interface ToDo {
  field: string;
  message: Words;
}

function leftToDo({ connection, definition, schedules }: AutomationFile, connectionId: string | null): ToDo[] {
  const toDo: ToDo[] = [];
  if (connection !== null && connectionId === null) {
    toDo.push({ field: 'connection', message: [
      `There is no connection called "${connection}" here: set connectionId (PATCH /api/automation/:id) to one of GET /api/connection.`,
      `이름이 "${connection}"인 연결이 없습니다. GET /api/connection 의 연결 하나를 connectionId로 지정하세요 (PATCH /api/automation/:id).`,
    ] });
  }
  const queries = (['target', 'mapping', 'update'] as const).filter((purpose) => definition[purpose] !== null);
  if (queries.length > 0) {
    toDo.push({ field: 'definition', message: [
      `The queries have not been tested here (${queries.join(', ')}): save each again before the automation is activated.`,
      `쿼리(${queries.join(', ')})를 아직 검사하지 않았습니다. 활성화하기 전에 하나씩 다시 저장하세요.`,
    ] });
  }
  if (schedules.length > 0) {
    toDo.push({ field: 'schedules', message: ['The schedules are switched off: switch on those that shall fire.', '스케줄은 꺼진 상태입니다. 사용할 스케줄을 켜세요.'] });
  }
  return toDo;
}
