import type pg from 'pg';
import type { Column, ColumnValue, Row } from '@tank/contracts';
import { refuseQuery } from '../../sql/query-problem.js';

const NAME_TYPES = 'SELECT format_type(oid, modifier) AS type FROM unnest($1::oid[], $2::int4[]) WITH ORDINALITY AS field (oid, modifier, place) ORDER BY place';

/** Columns with the database's own words for their types, such as `character varying(20)`. */
export async function columnsOf(client: pg.ClientBase, fields: pg.FieldDef[]): Promise<Column[]> {
  if (fields.length === 0) return [];
  const { rows } = await client.query<{ type: string }>(NAME_TYPES, [fields.map(({ dataTypeID }) => dataTypeID), fields.map(({ dataTypeModifier }) => dataTypeModifier)]);
  return fields.map(({ name }, at) => ({ name, type: rows[at]!.type }));
}

/** Rows by name. A name that is there twice would hide a value behind another. */
export function rowsOf(sql: string, { fields, rows }: pg.QueryArrayResult): Row[] {
  refuseRepeatedNames(sql, fields);
  return (rows as ColumnValue[][]).map((values) => Object.fromEntries(fields.map(({ name }, at) => [name, values[at] ?? null])));
}

export function refuseRepeatedNames(sql: string, fields: pg.FieldDef[]): void {
  const names = fields.map(({ name }) => name);
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) throw refuseQuery(sql, 'DUPLICATE_COLUMN', `Two columns of the result are called ${repeated}.`, 'Give one of them another name with AS.');
}
