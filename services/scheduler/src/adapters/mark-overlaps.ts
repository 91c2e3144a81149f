import type { Sql } from '@tank/logs-db';
import type { ClaimedFile } from '../claimed-files.js';
import { sidesOf, type Side } from '../file-stems.js';
import { FindOverlaps, type Overlap, type Stem } from '../find-overlaps.js';

/**
 * By code point, whatever the database's own order: only then all that begins with an anchor follows it at once. Which are
 * begun by another is looked up in the next group, so that the reader keeps only those.
 */
const STEMS = `
  DECLARE stems NO SCROLL CURSOR FOR
  SELECT row_no AS row, anchor, rest, coalesce(starts_with(next_anchor, anchor), false) AS "hasLonger"
  FROM (
    SELECT row_no, anchor, rest, first_value(anchor) OVER (ORDER BY anchor COLLATE "C" GROUPS BETWEEN 1 FOLLOWING AND 1 FOLLOWING) AS next_anchor
    FROM (SELECT row_no, file_stems[$2] AS anchor, file_stems[$3] AS rest FROM manifest_row WHERE run_id = $1 AND file_stems[$2] IS NOT NULL) filled
  ) ordered
  ORDER BY anchor COLLATE "C"`;
const AT_ONCE = 5_000;
const FETCH = `FETCH ${AT_ONCE} FROM stems`;
const CLOSE = 'CLOSE stems';
const MARK = `
  UPDATE manifest_row m SET stop_code = 'DUPLICATED', stop_rule = $2, stop_row = found.other
  FROM (SELECT row_no, min(other) AS other FROM unnest($3::integer[], $4::integer[]) AS found (row_no, other) GROUP BY row_no) found
  WHERE m.run_id = $1 AND m.row_no = found.row_no AND m.stop_code IS NULL
  RETURNING m.row_no AS row, m.stop_rule AS rule, m.stop_row AS "otherRow"`;

export interface MarkedOverlap extends Overlap {
  rule: string;
}

/**
 * Stops both rows where the filled pattern of one takes files of the other.
 * @returns one of each rule that stopped any: a million need not be named.
 */
export async function markOverlaps(sql: Sql, runId: string, claimed: ClaimedFile[]): Promise<MarkedOverlap[]> {
  const first: MarkedOverlap[] = [];
  const wild = claimed.flatMap((rule) => ({ rule: rule.name, sides: sidesOf(rule) })).filter(({ sides }) => sides !== undefined);
  for (const [at, { rule, sides }] of wild.entries()) {
    const [begins, ends] = [2 * at + 1, 2 * at + 2];
    const mark = (found: Overlap[]) => sql.query<MarkedOverlap>(MARK, [runId, rule, found.map(({ row }) => row), found.map(({ otherRow }) => otherRow)]);
    // Seen from both sides where both tell recipients apart: each may be the same in two rows while the other goes on.
    const views = [...viewsFrom(sides!.begins, begins, sides!.ends, ends), ...viewsFrom(sides!.ends, ends, sides!.begins, begins)];
    for (const view of views) {
      const marked = await markView(sql, runId, view, mark);
      if (marked) first.push(marked);
    }
  }
  return first;
}

interface View {
  columns: [anchor: number, rest: number];
  guarded: { anchor: boolean; rest: boolean };
}

function viewsFrom(anchor: Side, anchorAt: number, rest: Side, restAt: number): View[] {
  return anchor.hasColumn ? [{ columns: [anchorAt, restAt], guarded: { anchor: anchor.isGuarded, rest: rest.isGuarded } }] : [];
}

async function markView(sql: Sql, runId: string, { columns, guarded }: View, mark: (found: Overlap[]) => Promise<MarkedOverlap[]>): Promise<MarkedOverlap | undefined> {
  const overlaps = new FindOverlaps(guarded);
  let first: MarkedOverlap | undefined;
  await sql.query(STEMS, [runId, ...columns]);
  for (let stems = await sql.query<Stem>(FETCH); stems.length > 0; stems = await sql.query<Stem>(FETCH)) {
    const found = stems.flatMap((stem) => overlaps.take(stem));
    const marked = found.length > 0 ? await mark(found) : [];
    first ??= marked.sort((a, b) => a.row - b.row)[0];
  }
  await sql.query(CLOSE);
  return first;
}
