import { findColumn, type ColumnValue, type Row } from '@tank/contracts';
import type { Sentence } from './problem.js';
import type { Found } from './source.js';

/** Why a row's mapping cannot be used; the words name columns, never values. */
export class MappingUnusable extends Error {
  constructor(readonly code: 'MAPPING_NO_ROW' | 'MAPPING_MANY_ROWS' | 'MAPPING_FAILED', readonly why: Sentence) {
    super(why[0]);
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
  if (!mapped) throw new MappingUnusable('MAPPING_NO_ROW', NO_ROW);
  if (another) throw new MappingUnusable('MAPPING_MANY_ROWS', MANY_ROWS);
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

const NO_ROW: Sentence = ['The Mapping Query found no row for this recipient.', '매핑 쿼리가 이 수신자의 행을 찾지 못했습니다.'];
const MANY_ROWS: Sentence = ['The Mapping Query found more than one row for this recipient: narrow it to one.', '매핑 쿼리가 이 수신자의 행을 두 개 이상 찾았습니다. 한 행만 나오게 조건을 추가하세요.'];

function otherRecipient(keyColumn: string): Sentence {
  return [`The Mapping Query returned the row of another recipient: its ${keyColumn} is not this recipient's.`, `매핑 쿼리가 다른 수신자의 행을 반환했습니다. ${keyColumn} 값이 이 수신자의 것과 다릅니다.`];
}

function isKey(name: string, keyColumn: string | undefined): boolean {
  return keyColumn !== undefined && name.toLowerCase() === keyColumn.toLowerCase();
}

/** CHAR pads with blanks, and a number may come as digits: neither makes it another key. */
function refuseOtherKey(target: Row, keyColumn: string, mapped: ColumnValue): void {
  const name = findColumn(target, keyColumn);
  const own = name === undefined ? null : target[name]!;
  if (own === null || mapped === null || String(own).trimEnd() !== String(mapped).trimEnd()) {
    throw new MappingUnusable('MAPPING_FAILED', otherRecipient(keyColumn));
  }
}
