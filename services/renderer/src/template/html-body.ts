import { findColumn } from '@tank/contracts';
import { fillPlacedText, readPlacedText } from './placed-text.js';
import { placeValue } from './place-value.js';
import type { RowValues } from './row-values.js';
import { Skeleton } from './skeleton.js';
import { Positions, type Problem } from './text-position.js';

/** A body read once. `fill` may be called when there are no problems. */
export interface Body {
  columns: string[];
  problems: Problem[];
  /** @returns HTML; columns without a value are added to `values.missing`. @throws FillError */
  fill(values: RowValues): string;
}

/** HTML with `{{ }}`: every value is escaped for the place where it stands. */
export function readHtmlBody(body: string, htmlColumns: string[]): Body {
  const { segments, columns, problems } = readPlacedText(body);
  const skeleton = new Skeleton();
  const positions = new Positions(body);
  let next = body.length;
  const starts = segments.toReversed().map((segment) => (next = 'literal' in segment ? next - segment.literal.length : segment.position)).toReversed();
  segments.forEach((segment, index) => {
    const position = positions.at(starts[index] ?? 0);
    if ('literal' in segment) skeleton.add(segment.literal, position, true);
    else skeleton.mark(position);
  });
  const found = skeleton.read();
  const isHtml = htmlColumns.length === 0 ? [] : columns.map((column) => isListed(htmlColumns, column));
  return {
    columns,
    problems: [...problems, ...found.problems],
    fill: (values) =>
      fillPlacedText(segments, values, (value, { column }, index) =>
        placeValue(value, found.places[index] ?? { kind: 'attribute' }, [`Column ${column}`, `컬럼 ${column}`], isHtml[index] ?? false)),
  };
}

export function isListed(columns: string[], column: string): boolean {
  return findColumn(Object.fromEntries(columns.map((name) => [name, true])), column) !== undefined;
}
