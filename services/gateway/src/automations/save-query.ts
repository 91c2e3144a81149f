import type { AskedChange, AutomationChange, AutomationDefinition, Column, OperationAnswer, QueryPurpose, UpdateDefinition, Warning } from '@tank/contracts';
import type { Call, Services } from '../handlers.js';
import { definitionOnOwnConnection } from './own-connection.js';
import { queryProblem } from './query-problem.js';
import { EARLIER, TestQuery } from './test-query.js';

export interface QueryText {
  sql: string;
  after?: UpdateDefinition['after'];
}

/**
 * Tests a query on its source, without running it, and saves it in the draft. A wrong one is not saved; with the source down
 * it is saved untested, and cannot be activated like that.
 */
export class SaveQuery {
  readonly #test: TestQuery;

  constructor(private readonly services: Services, private readonly now: () => Date = () => new Date()) {
    this.#test = new TestQuery(services, now);
  }

  async save(automationId: string, purpose: QueryPurpose, text: QueryText, asked: AskedChange, say: Call['say']): Promise<OperationAnswer<'saveTargetQuery'>> {
    const definition = await definitionOnOwnConnection(this.services, automationId);
    const { check, refreshed } = await this.#test.test(definition, purpose, text.sql);
    if (check.status === 'invalid') throw queryProblem('sql', check.error);

    const isChecked = check.status === 'valid';
    const columns = isChecked ? check.columns : [];
    const stale = isChecked ? staleAfter(definition, purpose, columns) : { change: {}, warnings: [] };
    const saved = { ...definition[purpose], sql: text.sql, columns, checkedAt: isChecked ? this.now().toISOString() : null, ...(text.after && { after: text.after }) };
    const { version, revision } = await this.services.ask('scheduler.change-draft', { automationId, ...asked, change: { ...refreshed, ...stale.change, [purpose]: saved } });
    const warnings = stale.warnings.map(({ field, message }): Warning => ({ field, message: say(message) }));
    return isChecked
      ? { status: 200, body: { checked: true, columns, binds: check.binds, warnings, version }, revision }
      : { status: 202, body: { checked: false, problem: check.problem, warnings, version }, revision };
  }
}

/** Later queries may have bound a column that is gone now: they count as untested until they are saved again. */
function staleAfter(definition: AutomationDefinition, purpose: QueryPurpose, columns: Column[]) {
  const names = new Set(columns.map((column) => column.name));
  const gone = (definition[purpose]?.columns ?? []).map((column) => column.name).filter((name) => !names.has(name));
  const later = (['mapping', 'update'] as const).filter((other) => gone.length > 0 && (EARLIER[other] as QueryPurpose[]).includes(purpose) && definition[other]);
  const change: AutomationChange = {};
  if (later.includes('mapping') && definition.mapping) change.mapping = { ...definition.mapping, checkedAt: null };
  if (later.includes('update') && definition.update) change.update = { ...definition.update, checkedAt: null };
  const warnings = later.map((field) => ({
    field,
    message: [
      `Columns are gone (${gone.join(', ')}): save the ${field} query again to have it tested.`,
      `없어진 컬럼이 있습니다 (${gone.join(', ')}). ${field} 쿼리를 다시 저장해 검사하세요.`,
    ] as const,
  }));
  return { change, warnings };
}
