import { BUSINESS_DATE, findColumn, type AskedChange, type AutomationDefinition, type OperationAnswer, type Template, type Warning } from '@tank/contracts';
import { draftDefinition } from './draft-definition.js';
import type { Call, Services } from '../handlers.js';
import { ApiProblem, type Fault } from '../problem.js';
import type { Words } from '../words.js';

const CORRECT_IT = ['Correct the template at that place and save it again.', '템플릿의 해당 위치를 고친 뒤 다시 저장하세요.'] as const;

/** Saves a template that compiles. Columns that no query gives are told, not refused: the query may be changed next. */
export async function saveTemplate(
  services: Services, automationId: string, template: Template, asked: AskedChange, say: Call['say'],
): Promise<OperationAnswer<'saveTemplate'>> {
  const definition = await draftDefinition(services, automationId);
  const { columns } = await checkTemplate(services, template);
  const warnings = warningsOf(template, columns, definition).map(({ field, message }): Warning => ({ field, message: say(message) }));
  const { version, revision } = await services.ask('scheduler.change-draft', { automationId, ...asked, change: { template } });
  return { status: 200, body: { columns, warnings, version }, revision };
}

/** @param place of the template among what was sent, such as `definition.template.` @throws ApiProblem 422 with all that keeps it from compiling. */
export async function checkTemplate(services: Services, template: Template, place = ''): Promise<{ columns: string[] }> {
  const { columns, problems } = await services.ask('renderer.check-template', { template });
  const faults = problems.map(({ message, ko, field, line, column }): Fault => ({ field: `${place}${field}`, message: [message, ko], remedy: CORRECT_IT, line, column }));
  const [first] = faults;
  if (first) throw new ApiProblem({ ...first, status: 422, code: 'TEMPLATE_INVALID', detail: first.message, faults });
  return { columns };
}

function warningsOf(template: Template, columns: string[], definition: AutomationDefinition): { field: string; message: Words }[] {
  const { target, mapping } = definition;
  if (!target?.checkedAt || (mapping && !mapping.checkedAt)) {
    return [{ field: 'body', message: [
      'The columns are not known, since a query is missing or untested: the template\'s columns were not compared.',
      '쿼리가 없거나 검사되지 않아 컬럼을 알 수 없습니다. 템플릿의 컬럼은 비교하지 않았습니다.',
    ] }];
  }
  const row = Object.fromEntries([...target.columns, ...(mapping?.columns ?? [])].map(({ name }) => [name, null]));
  const isUnknown = (name: string) => name !== BUSINESS_DATE && findColumn(row, name) === undefined;
  const withDefault = Object.fromEntries(Object.keys(template.defaults).map((name) => [name, null]));
  return [
    ...columns.filter((name) => isUnknown(name) && findColumn(withDefault, name) === undefined).map((name) => unknown('body', name, [
      'every mail will fail with TEMPLATE_VALUE_MISSING', '모든 메일이 TEMPLATE_VALUE_MISSING 으로 실패합니다'])),
    ...template.htmlColumns.filter(isUnknown).map((name) => unknown('htmlColumns', name, ['it has no effect', '효과가 없습니다'])),
    ...Object.keys(template.defaults).filter(isUnknown).filter((name) => !columns.includes(name)).map((name) => unknown('defaults', name, ['it has no effect', '효과가 없습니다'])),
  ];
}

function unknown(field: string, name: string, [effect, effectKo]: [string, string]): { field: string; message: Words } {
  return { field, message: [`No query gives a column "${name}": ${effect}.`, `"${name}" 컬럼을 주는 쿼리가 없습니다: ${effectKo}.`] };
}
