import { refuseQuery } from './query-problem.js';
import { duplicateColumn } from './refusals.js';

/** A name that is there twice would hide a value behind another. */
export function refuseRepeatedNames(sql: string, columns: readonly { name: string }[]): void {
  const names = columns.map(({ name }) => name);
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) throw refuseQuery(sql, duplicateColumn(repeated));
}
