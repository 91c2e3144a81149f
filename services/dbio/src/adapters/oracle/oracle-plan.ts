import type { QueryPurpose, Row } from '@tank/contracts';
import { bindValues, nameBinds, unknownBind, type NumberedSql } from '../../sql/binds.js';
import { passGate, type GatedQuery } from '../../sql/statement-gate.js';
import type { BindText } from './worker-messages.js';

/** A query of an author, ready for Oracle. */
export interface OraclePlan {
  query: GatedQuery;
  /** With `:b1`, `:b2` … in place of the author's binds. */
  named: NumberedSql;
  isPlSql: boolean;
}

export function planQuery(purpose: QueryPurpose, sql: string, allowPlSql: boolean): OraclePlan {
  const query = passGate(purpose, sql, 'oracle', { allowPlSql });
  const isPlSql = query.isPlSql === true;
  return { query, named: nameBinds(query, isPlSql ? 'shared' : 'each'), isPlSql };
}

/** What is bound to `:b1` …, all as text: Oracle converts it to the type of its place. */
export function bindTexts({ query, named }: OraclePlan, row: Row): BindText[] {
  const values = bindValues(named.parameters, row, (bind) => unknownBind(query, bind, Object.keys(row)));
  return values.map((value) => (value === null ? null : String(value)));
}

/** Keeps the plans of the queries in use. */
export class KeptOraclePlans {
  private readonly plans = new Map<string, OraclePlan>();
  static readonly MOST = 200;

  constructor(private readonly allowPlSql: boolean) {}

  planFor(purpose: QueryPurpose, sql: string): OraclePlan {
    const key = `${purpose} ${sql}`;
    const known = this.plans.get(key);
    if (known) return known;
    const plan = planQuery(purpose, sql, this.allowPlSql);
    if (this.plans.size >= KeptOraclePlans.MOST) this.plans.delete(this.plans.keys().next().value!);
    this.plans.set(key, plan);
    return plan;
  }
}
