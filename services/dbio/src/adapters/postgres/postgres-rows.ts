import type pg from 'pg';
import type { Column, ColumnValue, Row } from '@tank/contracts';
import { refuseRepeatedNames } from '../../sql/repeated-names.js';

const NAME_TYPES = 'SELECT format_type(oid, modifier) AS type FROM unnest($1::oid[], $2::int4[]) WITH ORDINALITY AS field (oid, modifier, place) ORDER BY place';

/** Columns with the database's own words for their types, such as `character varying(20)`. */
export async function columnsOf(client: pg.ClientBase, fields: pg.FieldDef[]): Promise<Column[]> {
  if (fields.length === 0) return [];
  const { rows } = await client.query<{ type: string }>(NAME_TYPES, [fields.map(({ dataTypeID }) => dataTypeID), fields.map(({ dataTypeModifier }) => dataTypeModifier)]);
  return fields.map(({ name }, at) => ({ name, type: rows[at]!.type }));
}

export function rowsOf(sql: string, { fields, rows }: pg.QueryArrayResult): Row[] {
  refuseRepeatedNames(sql, fields);
  return (rows as ColumnValue[][]).map((values) => Object.fromEntries(fields.map(({ name }, at) => [name, values[at] ?? null])));
}
