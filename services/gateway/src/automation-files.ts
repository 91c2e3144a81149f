import type { Actor, Automation, AutomationFile, Warning } from '@tank/contracts';
import { definitionOf, fileOf } from './automation-file.js';
import { checkFileRules } from './check-file-rules.js';
import { workedOn } from './draft-definition.js';
import type { Call, Services } from './handlers.js';
import { checkTemplate } from './save-template.js';
import type { Words } from './words.js';

/** Automations as files, and automations made of them. */
export class AutomationFiles {
  constructor(private readonly services: Services) {}

  /** @param number the version; absent: the draft, or the active version where there is none. */
  async export(automationId: string, number?: number): Promise<AutomationFile> {
    const automation = await this.services.ask('scheduler.get-automation', { automationId });
    const version = number === undefined ? workedOn(automation) : await this.services.ask('scheduler.get-numbered-version', { automationId, number });
    const { connectionId } = version.definition;
    const connection = connectionId === null ? null : (await this.services.ask('dbio.get-connection', { connectionId })).name;
    const { items } = await this.services.ask('scheduler.list-schedules', { automationId });
    return fileOf({ name: automation.name, description: automation.description, version, connection, schedules: items });
  }

  /** @throws ApiProblem 422 for a pattern or a template that cannot be read: nothing was made. */
  async import(file: AutomationFile, name: string | undefined, by: Actor, say: Call['say']): Promise<Automation & { warnings: Warning[] }> {
    checkFileRules(file.definition.fileRules, 'definition.');
    if (file.definition.template) await checkTemplate(this.services, file.definition.template, 'definition.template.');
    const connectionId = file.connection === null ? null : await this.connectionCalled(file.connection);
    const { description, schedules } = file;
    const made = await this.services.ask('scheduler.create-automation', { name: name ?? file.name, description, definition: definitionOf(file, connectionId), schedules, by });
    return { ...made, warnings: leftToDo(file, connectionId).map(({ field, message }) => ({ field, message: say(message) })) };
  }

  private async connectionCalled(name: string): Promise<string | null> {
    const { items } = await this.services.ask('dbio.list-connections', {});
    return items.find((connection) => connection.name === name)?.connectionId ?? null;
  }
}

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
