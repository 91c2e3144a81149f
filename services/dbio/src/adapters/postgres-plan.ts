import { createHash } from 'node:crypto';
import pg from 'pg';
import type { QueryPurpose, Row } from '@tank/contracts';
import { bindValues, numberBinds, unknownBind, type NumberedSql } from '../sql/binds.js';
import { passGate, type GatedQuery } from '../sql/statement-gate.js';
import { describeStatement } from './postgres-queries.js';

/** A query of an author, ready for PostgreSQL. */
export interface Plan {
  query: GatedQuery;
  numbered: NumberedSql;
  fields: pg.FieldDef[];
  /** Of its prepared statement. */
  name: string;
}

/**
 * One number for each place of a bind lets every place have a type of its own: `SET status = :S … CASE WHEN :S = 'SENT'`
 * compares text and stores varchar. Where a place alone has no type (`:X IS NULL OR c = :X`) or must be the same
 * expression elsewhere (GROUP BY), one number for all places is right.
 */
const NEEDS_SHARED = ['42P18', '42803'];

/** Parses and describes a query; nothing is executed. Throws the driver's error, in the text of the numbering tried first. */
export async function planQuery(client: pg.ClientBase, query: GatedQuery, onText: (numbered: NumberedSql) => void = () => {}): Promise<Plan> {
  const each = numberBinds(query, 'each');
  onText(each);
  try {
    return planOf(query, each, await describeStatement(client, each.text));
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || !NEEDS_SHARED.includes(error.code ?? '')) throw error;
    const shared = numberBinds(query, 'shared');
    const fields = await describeStatement(client, shared.text).catch(() => {
      throw error;
    });
    return planOf(query, shared, fields);
  }
}

/** What the driver sends for `$1 …`: text, whose type the database infers from its place. */
export function valuesFor({ query, numbered }: Plan, row: Row): (string | null)[] {
  const values = bindValues(numbered.parameters, row, (bind) => unknownBind(query, bind, Object.keys(row)));
  return values.map((value) => (value === null ? null : String(value)));
}

/** Keeps the plans of the queries in use; each is made once per source. */
export class KeptPlans {
  private readonly plans = new Map<string, Plan>();
  static readonly MOST = 200;

  async planFor(client: pg.ClientBase, purpose: QueryPurpose, sql: string, onText: (numbered: NumberedSql) => void): Promise<Plan> {
    const key = `${purpose} ${sql}`;
    const known = this.plans.get(key);
    if (known) {
      onText(known.numbered);
      return known;
    }
    const plan = await planQuery(client, passGate(purpose, sql, 'postgres'), onText);
    if (this.plans.size >= KeptPlans.MOST) this.plans.delete(this.plans.keys().next().value!);
    this.plans.set(key, plan);
    return plan;
  }
}

function planOf(query: GatedQuery, numbered: NumberedSql, fields: pg.FieldDef[]): Plan {
  return { query, numbered, fields, name: `tank_${createHash('sha256').update(numbered.text).digest('hex').slice(0, 16)}` };
}
