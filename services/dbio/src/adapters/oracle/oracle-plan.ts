import type { QueryPurpose, Row } from '@tank/contracts';
import { bindColumns, nameBinds, unknownBind, type NumberedSql } from '../../sql/binds.js';
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
  // One bind for all places of a name: beside another one GROUP BY would not know its expression again (ORA-00979).
  return { query, named: nameBinds(query, 'shared'), isPlSql: query.isPlSql };
}

/** What is bound to `:b1` …, all as text: Oracle converts it to the type of its place. */
export function bindTexts(plan: OraclePlan, row: Row): BindText[] {
  return columnsFor(plan, row).map((column) => {
    const value = row[column]!;
    return value === null ? null : String(value);
  });
}

/** The rows of a run have the same columns: they are looked for once. */
const lastColumns = new WeakMap<OraclePlan, { keys: string[]; columns: string[] }>();

function columnsFor(plan: OraclePlan, row: Row): string[] {
  const keys = Object.keys(row);
  const last = lastColumns.get(plan);
  if (last && last.keys.length === keys.length && last.keys.every((key, at) => key === keys[at])) return last.columns;
  const columns = bindColumns(plan.named.parameters, row, (bind) => unknownBind(plan.query, bind, keys));
  lastColumns.set(plan, { keys, columns });
  return columns;
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
