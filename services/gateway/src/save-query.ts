import type {
  AskedChange, AutomationChange, AutomationDefinition, Column, OperationAnswer, QueryCheck, QueryPurpose, SourceProblem, UpdateDefinition, Warning,
} from '@tank/contracts';
import { SOURCE_PATIENCE, type Call, type Services } from './handlers.js';
import { definitionOnOwnConnection } from './own-connection.js';
import { ApiProblem, notYet } from './problem.js';
import { queryProblem } from './query-problem.js';

export interface QueryText {
  sql: string;
  after?: UpdateDefinition['after'];
}
/** What the earlier queries give, or why that is not known. `refreshed`: those that had to be tested again on the way. */
type Bindable = { columns: string[]; refreshed: AutomationChange } | { problem: SourceProblem };

const EARLIER = { target: [], mapping: ['target'], update: ['target', 'mapping'] } as const satisfies Record<QueryPurpose, QueryPurpose[]>;

/**
 * Tests a query on its source, without running it, and saves it in the draft. A wrong one is not saved; with the source down
 * it is saved untested, and cannot be activated like that.
 */
export class SaveQuery {
  constructor(private readonly services: Services, private readonly now: () => Date = () => new Date()) {}

  async save(automationId: string, purpose: QueryPurpose, text: QueryText, asked: AskedChange, say: Call['say']): Promise<OperationAnswer<'saveTargetQuery'>> {
    const definition = await definitionOnOwnConnection(this.services, automationId);
    const bindable = await this.bindable(definition, purpose);
    const check = 'problem' in bindable ? { status: 'unreachable' as const, problem: bindable.problem } : await this.check(definition, purpose, text.sql, bindable.columns);
    if (check.status === 'invalid') throw queryProblem('sql', check.error);

    const isChecked = check.status === 'valid';
    const columns = isChecked ? check.columns : [];
    const stale = isChecked ? staleAfter(definition, purpose, columns) : { change: {}, warnings: [] };
    const saved = { ...definition[purpose], sql: text.sql, columns, checkedAt: isChecked ? this.now().toISOString() : null, ...(text.after && { after: text.after }) };
    const refreshed = 'refreshed' in bindable ? bindable.refreshed : {};
    const { version, revision } = await this.services.ask('scheduler.change-draft', { automationId, ...asked, change: { ...refreshed, ...stale.change, [purpose]: saved } });
    const warnings = stale.warnings.map(({ field, message }): Warning => ({ field, message: say(message) }));
    return isChecked
      ? { status: 200, body: { checked: true, columns, binds: check.binds, warnings, version }, revision }
      : { status: 202, body: { checked: false, problem: check.problem, warnings, version }, revision };
  }

  /** Columns of the queries before this one. One of them that is untested, since its source was down, is tested first. */
  private async bindable(definition: AutomationDefinition, purpose: QueryPurpose): Promise<Bindable> {
    const columns: string[] = [];
    const refreshed: AutomationChange = {};
    for (const earlier of EARLIER[purpose]) {
      const query = definition[earlier];
      if (!query && earlier === 'mapping') continue;
      if (!query) throw notYet('target', ['There is no Target Query yet.', '대상 쿼리가 아직 없습니다.'], ['Save the Target Query first.', '대상 쿼리를 먼저 저장하세요.']);
      let known: Column[] = query.columns;
      if (query.checkedAt === null) {
        const check = await this.check(definition, earlier, query.sql, columns);
        if (check.status === 'unreachable') return { problem: check.problem };
        if (check.status === 'invalid') throw earlierIsWrong(earlier, check.error);
        known = check.columns;
        refreshed[earlier] = { ...query, columns: known, checkedAt: this.now().toISOString() };
      }
      columns.push(...known.map((column) => column.name));
    }
    return { columns: [...new Set(columns)], refreshed };
  }

  private check({ connectionId }: AutomationDefinition, purpose: QueryPurpose, sql: string, bindable: string[]): Promise<QueryCheck> {
    if (connectionId === null) {
      throw notYet('connectionId', ['The automation has no connection yet.', '자동화에 연결이 지정되지 않았습니다.'],
        ['Set connectionId (PATCH /api/automation/:id) to one of GET /api/connection.', 'GET /api/connection 의 연결 하나를 connectionId로 지정하세요 (PATCH /api/automation/:id).']);
    }
    return this.services.ask('dbio.check-query', { connectionId, purpose, sql, bindable }, SOURCE_PATIENCE);
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

function earlierIsWrong(purpose: QueryPurpose, error: Parameters<typeof queryProblem>[1]): ApiProblem {
  const { parts } = queryProblem(purpose, error);
  return new ApiProblem({
    ...parts,
    status: 409,
    code: 'CONFLICT',
    remedy: [`Correct and save the ${purpose} query first.`, `${purpose} 쿼리를 먼저 고쳐 저장하세요.`],
  });
}
