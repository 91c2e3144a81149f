import { createHash } from 'node:crypto';
import pg from 'pg';
import type { QueryPurpose, Row } from '@tank/contracts';
import { bindValues, numberBinds, unknownBind, type NumberedSql, type Numbering } from '../../sql/binds.js';
import { passGate, type GatedQuery } from '../../sql/statement-gate.js';
import { describeStatement } from './postgres-queries.js';

/** A query of an author, ready for PostgreSQL. */
export interface Plan {
  query: GatedQuery;
  numbered: NumberedSql;
  fields: pg.FieldDef[];
  /** Of its prepared statement. */
  name: string;
}

/*
 * Parameters have no types of their own, PostgreSQL infers them from their places.
 *
 * - One number for each place of a bind, so that `SET status = :S … CASE WHEN :S = 'SENT'` may store varchar and compare text.
 * - A place that says nothing of a type (`:X IS NULL OR …`) is cast to text, once the database has said so.
 * - Where a bind must be the same expression twice (GROUP BY), one number for all its places.
 */
const NO_TYPE = ['42P18', '42P08'];
const NOT_GROUPED = '42803';

/** Parses and describes a query; nothing is executed. Throws the driver's error, about the text last given to `onText`. */
export async function planQuery(client: pg.ClientBase, query: GatedQuery, onText: (numbered: NumberedSql) => void = () => {}): Promise<Plan> {
  let asText = new Set<number>();
  let numbering: Numbering = 'each';
  for (;;) {
    const numbered = numberBinds(query, numbering, asText);
    onText(numbered);
    try {
      return planOf(query, numbered, await describe(client, numbered.text));
    } catch (error) {
      const { code = '', message } = error as pg.DatabaseError;
      const untyped = NO_TYPE.includes(code) ? Number(/\$(\d+)/.exec(message)?.[1]) : NaN;
      if (untyped > 0 && !asText.has(untyped)) asText.add(untyped);
      else if (code === NOT_GROUPED && numbering === 'each') [numbering, asText] = ['shared', new Set()];
      else throw error;
    }
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

/** A transaction for each try: an error ends it. */
async function describe(client: pg.ClientBase, text: string): Promise<pg.FieldDef[]> {
  await client.query('BEGIN READ ONLY');
  try {
    return await describeStatement(client, text);
  } finally {
    await client.query('ROLLBACK');
  }
}

function planOf(query: GatedQuery, numbered: NumberedSql, fields: pg.FieldDef[]): Plan {
  return { query, numbered, fields, name: `tank_${createHash('sha256').update(numbered.text).digest('hex').slice(0, 16)}` };
}
