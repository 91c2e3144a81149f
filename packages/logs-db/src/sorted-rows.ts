import type { Sql } from './logs-db.js';

/** A list of rows that a page is read of. Its statement's own values are $1, $2 and so on. */
export interface SortedList {
  columns: string;
  /** With its joins. */
  from: string;
  where: string;
  /** What it may be sorted by, never null. */
  sorts: { [field: string]: SortKey };
  /** The column of the uuid that breaks ties. */
  id: string;
}
interface SortKey {
  sql: string;
  of: 'timestamptz' | 'text';
}

export interface RowsAsked {
  /** A field of the sorts, with `-` before it from the last to the first. */
  sort: string;
  limit: number;
}
/** What a row is sorted by, times to the microsecond, and its id. */
export type RowPlace = readonly [key: string, id: string];

/** How names are sorted: 한글 first, both cases of a letter together. By name, for the order of a database may be that of its bytes. */
export const NAMES_SORTED = 'COLLATE "ko-x-icu"';

/**
 * The rows that follow a place, and one more than the limit, to know whether there is a next page. By what the last row was and not by how many there
 * were before it, so that a row that is written meanwhile moves none.
 */
export async function readSorted<R>(sql: Sql, list: SortedList, values: unknown[], { sort, limit }: RowsAsked, after: RowPlace | null): Promise<{ row: R; place: RowPlace }[]> {
  const statement = sortedStatement(list, values.length, sort, after !== null);
  const rows = await sql.query<R & { place_key: string; place_id: string }>(statement, [...values, limit + 1, ...(after ?? [])]);
  return rows.map(({ place_key, place_id, ...row }) => ({ row: row as R, place: [place_key, place_id] }));
}

export function sortedStatement({ columns, from, where, sorts, id }: SortedList, valueCount: number, sort: string, isGoingOn: boolean): string {
  const [field, direction, follows] = sort.startsWith('-') ? [sort.slice(1), 'DESC', '<'] : [sort, 'ASC', '>'];
  const key = sorts[field];
  if (!key) throw new Error(`This list has no sort ${sort}.`);
  const goingOn = isGoingOn ? `AND (${key.sql}, ${id}) ${follows} ($${valueCount + 2}::${key.of}, $${valueCount + 3}::uuid)` : '';
  return `
    SELECT ${columns}, ${written(key)} AS place_key, ${id} AS place_id FROM ${from}
    WHERE (${where}) ${goingOn}
    ORDER BY ${key.sql} ${direction}, ${id} ${direction} LIMIT $${valueCount + 1}`;
}

function written({ sql, of }: SortKey): string {
  return of === 'text' ? sql : `to_char(${sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
