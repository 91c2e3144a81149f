import type { Row } from '@tank/contracts';
import type { Fetched } from './worker-messages.js';

/** A name that an assignment would take for something else than a column. */
const PROTOTYPE = '__proto__';

/** Rows by the names of their columns. */
export function rowsOf({ columns, rows }: Fetched): Row[] {
  const names = columns.map(({ name }) => name);
  if (names.includes(PROTOTYPE)) return rows.map((values) => Object.fromEntries(names.map((name, at) => [name, values[at] ?? null])));
  return rows.map((values) => {
    const row: Row = {};
    for (let at = 0; at < names.length; at += 1) row[names[at]!] = values[at] ?? null;
    return row;
  });
}
