import type { AutomationChange, AutomationDefinition, Column, OperationAnswer, QueryCheck, QueryPurpose, SourceProblem } from '@tank/contracts';
import { SOURCE_PATIENCE, type Services } from '../handlers.js';
import { ApiProblem, notYet } from '../problem.js';
import { queryProblem, sourceProblem } from './query-problem.js';

/** What the earlier queries give, or why that is not known. `refreshed`: those that had to be tested again on the way. */
type Bindable = { columns: string[]; refreshed: AutomationChange } | { problem: SourceProblem };

/** The queries whose columns a query may bind. */
export const EARLIER = { target: [], mapping: ['target'], update: ['target', 'mapping'] } as const satisfies Record<QueryPurpose, QueryPurpose[]>;

/** Tests a query on its source, without running it. */
export class TestQuery {
  constructor(private readonly services: Services, private readonly now: () => Date = () => new Date()) {}

  /** @throws ApiProblem 409 while something has to be done first, 422 for a wrong query, 503 while the source is away. */
  async columnsOf(definition: AutomationDefinition, purpose: QueryPurpose, sql: string): Promise<OperationAnswer<'checkQuery'>['body']> {
    const { check } = await this.test(definition, purpose, sql);
    if (check.status === 'invalid') throw queryProblem('sql', check.error);
    if (check.status === 'unreachable') throw sourceProblem(check.problem);
    return { columns: check.columns, binds: check.binds };
  }

  /** `refreshed`: earlier queries that had to be tested on the way. @throws ApiProblem 409 while something has to be done first. */
  async test(definition: AutomationDefinition, purpose: QueryPurpose, sql: string): Promise<{ check: QueryCheck; refreshed: AutomationChange }> {
    const bindable = await this.#bindable(definition, purpose);
    if ('problem' in bindable) return { check: { status: 'unreachable', problem: bindable.problem }, refreshed: {} };
    return { check: await this.#check(definition, purpose, sql, bindable.columns), refreshed: bindable.refreshed };
  }

  /** Columns of the queries before this one. One of them that is untested, since its source was down, is tested first. */
  async #bindable(definition: AutomationDefinition, purpose: QueryPurpose): Promise<Bindable> {
    const columns: string[] = [];
    const refreshed: AutomationChange = {};
    for (const earlier of EARLIER[purpose]) {
      const query = definition[earlier];
      if (!query && earlier === 'mapping') continue;
      if (!query) throw notYet('target', ['There is no Target Query yet.', '대상 쿼리가 아직 없습니다.'], ['Save the Target Query first.', '대상 쿼리를 먼저 저장하세요.']);
      let known: Column[] = query.columns;
      if (query.checkedAt === null) {
        const check = await this.#check(definition, earlier, query.sql, columns);
        if (check.status === 'unreachable') return { problem: check.problem };
        if (check.status === 'invalid') throw earlierIsWrong(earlier, check.error);
        known = check.columns;
        refreshed[earlier] = { ...query, columns: known, checkedAt: this.now().toISOString() };
      }
      columns.push(...known.map((column) => column.name));
    }
    return { columns: [...new Set(columns)], refreshed };
  }

  #check({ connectionId }: AutomationDefinition, purpose: QueryPurpose, sql: string, bindable: string[]): Promise<QueryCheck> {
    if (connectionId === null) {
      throw notYet('connectionId', ['The automation has no connection yet.', '자동화에 연결이 지정되지 않았습니다.'],
        ['Set connectionId (PATCH /api/automation/:id) to one of GET /api/connection.', 'GET /api/connection 의 연결 하나를 connectionId로 지정하세요 (PATCH /api/automation/:id).']);
    }
    return this.services.ask('dbio.check-query', { connectionId, purpose, sql, bindable }, SOURCE_PATIENCE);
  }
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
