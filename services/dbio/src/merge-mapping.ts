import { findColumn, type ColumnValue, type Row } from '@tank/contracts';
import type { Found } from './source.js';

/** Why a row's mapping cannot be used; the words name columns, never values. */
export class MappingUnusable extends Error {
  constructor(readonly code: 'MAPPING_NO_ROW' | 'MAPPING_MANY_ROWS' | 'MAPPING_FAILED', message: string) {
    super(message);
    this.name = 'MappingUnusable';
  }
}

/**
 * A target row with its mapping's columns over it. A column that both have, in whatever case, is there once, with the
 * mapping's value; but the recipient's key is the target's, and a mapping that returns another one found somebody else.
 * @throws MappingUnusable
 */
export function mergeMapping(target: Row, found: Found, keyColumn: string | undefined): Row {
  const [mapped, another] = found.rows;
  if (!mapped) throw new MappingUnusable('MAPPING_NO_ROW', 'The Mapping Query found no row for this recipient.');
  if (another) throw new MappingUnusable('MAPPING_MANY_ROWS', 'The Mapping Query found more than one row for this recipient: narrow it to one.');
  const merged = new Map(Object.entries(target));
  for (const [name, value] of Object.entries(mapped)) {
    if (isKey(name, keyColumn)) {
      refuseOtherKey(target, keyColumn!, value);
      continue;
    }
    for (const known of Object.keys(target)) if (known.toLowerCase() === name.toLowerCase()) merged.delete(known);
    merged.set(name, value);
  }
  return Object.fromEntries(merged);
}

function isKey(name: string, keyColumn: string | undefined): boolean {
  return keyColumn !== undefined && name.toLowerCase() === keyColumn.toLowerCase();
}

/** CHAR pads with blanks, and a number may come as digits: neither makes it another key. */
function refuseOtherKey(target: Row, keyColumn: string, mapped: ColumnValue): void {
  const name = findColumn(target, keyColumn);
  const own = name === undefined ? null : target[name]!;
  if (own === null || mapped === null || String(own).trimEnd() !== String(mapped).trimEnd()) {
    throw new MappingUnusable('MAPPING_FAILED', `The Mapping Query returned the row of another recipient: its ${keyColumn} is not this recipient's.`);
  }
}
