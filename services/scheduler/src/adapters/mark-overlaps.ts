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
/** A row's number is its place in the array: no join, which a planner that does not know a new run's size yet makes of rows times rows. */
const MARK = `
  WITH marked AS (
    UPDATE manifest_row SET stop_code = 'DUPLICATED', stop_rule = $2, stop_row = ($3::integer[])[row_no]
    WHERE run_id = $1 AND stop_code IS NULL AND ($3::integer[])[row_no] > 0
    RETURNING row_no AS row, stop_rule AS rule, stop_row AS "otherRow"
  )
  SELECT * FROM marked ORDER BY row LIMIT 1`;

export interface MarkedOverlap extends Overlap {
  rule: string;
}

/**
 * Stops both rows where the filled pattern of one takes files of the other.
 * @returns the first row of each rule that stopped any: a million need not be named.
 */
export async function markOverlaps(sql: Sql, runId: string, rowCount: number, claimed: ClaimedFile[]): Promise<MarkedOverlap[]> {
  const first: MarkedOverlap[] = [];
  const wild = claimed.flatMap((rule) => ({ rule: rule.name, sides: sidesOf(rule) })).filter(({ sides }) => sides !== undefined);
  for (const [at, { rule, sides }] of wild.entries()) {
    const [begins, ends] = [2 * at + 1, 2 * at + 2];
    const found = new OtherRows(rowCount);
    // Seen from both sides where both tell recipients apart: each may be the same in two rows while the other goes on.
    const views = [...viewsFrom(sides!.begins, begins, sides!.ends, ends), ...viewsFrom(sides!.ends, ends, sides!.begins, begins)];
    for (const view of views) await findInView(sql, runId, view, found);
    if (found.isAny) first.push(...(await sql.query<MarkedOverlap>(MARK, [runId, rule, found.toSql()])));
  }
  return first;
}

/** Of each row, by its number, the first row that it overlaps with: four bytes a row, and written in one go. */
class OtherRows {
  private readonly others: Int32Array;
  isAny = false;

  constructor(rowCount: number) {
    this.others = new Int32Array(rowCount + 1);
  }

  add({ row, otherRow }: Overlap): void {
    const earlier = this.others[row]!;
    this.others[row] = earlier === 0 ? otherRow : Math.min(earlier, otherRow);
    this.isAny = true;
  }

  /** Rows and the places of SQL's arrays both begin at 1. */
  toSql(): string {
    return `{${this.others.subarray(1).join()}}`;
  }
}

interface View {
  columns: [anchor: number, rest: number];
  guarded: { anchor: boolean; rest: boolean };
}

function viewsFrom(anchor: Side, anchorAt: number, rest: Side, restAt: number): View[] {
  return anchor.hasColumn ? [{ columns: [anchorAt, restAt], guarded: { anchor: anchor.isGuarded, rest: rest.isGuarded } }] : [];
}

async function findInView(sql: Sql, runId: string, { columns, guarded }: View, found: OtherRows): Promise<void> {
  const overlaps = new FindOverlaps(guarded);
  await sql.query(STEMS, [runId, ...columns]);
  for (let stems = await sql.query<Stem>(FETCH); stems.length > 0; stems = await sql.query<Stem>(FETCH)) {
    for (const stem of stems) for (const overlap of overlaps.take(stem)) found.add(overlap);
  }
  await sql.query(CLOSE);
}
