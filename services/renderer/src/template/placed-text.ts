import { fillPlaceholder, FormatError, FORMATS, parsePlaceholders, PlaceholderError, type InBoth, type Placeholder, type Segment } from '@tank/contracts';
import { FillError, MOST_CHARACTERS, tooLarge } from './fill-error.js';
import type { RowValues } from './row-values.js';
import { Positions, type Problem } from './text-position.js';

/** A text with `{{ }}`, read once and filled for many mails. */
export interface PlacedText {
  segments: Segment[];
  problems: Problem[];
  columns: string[];
}

export function readPlacedText(text: string): PlacedText {
  const positions = new Positions(text);
  try {
    const segments = parsePlaceholders(text);
    const placed = segments.flatMap((segment) => ('placeholder' in segment ? [segment] : []));
    return {
      segments,
      columns: placed.map(({ placeholder }) => placeholder.column),
      problems: placed.flatMap(({ placeholder, position }) =>
        placeholder.filters.flatMap(({ name, argument }) => {
          const message = problemOfArgument(name, argument);
          return message === null ? [] : [{ message, ...positions.at(position) }];
        }),
      ),
    };
  } catch (error) {
    if (!(error instanceof PlaceholderError)) throw error;
    return { segments: [], columns: [], problems: [{ message: error.words, ...positions.at(error.position) }] };
  }
}

/** Tries a format on a value that suits it, so that what is wrong is its argument. @returns null when it is fine. */
export function problemOfArgument(format: keyof typeof FORMATS, argument: string): InBoth | null {
  try {
    FORMATS[format](format === 'shift' || format === 'date' ? '2026-01-01' : '1', argument);
    return null;
  } catch (error) {
    if (error instanceof FormatError) return error.words;
    throw error;
  }
}

/**
 * Fills a text.
 * @param place how the value of the n-th placeholder is written where it stands
 * @returns the text; columns without a value are added to `values.missing` and leave nothing
 */
export function fillPlacedText(segments: Segment[], values: RowValues, place: (value: string, placeholder: Placeholder, index: number) => string): string {
  let filled = '';
  let index = 0;
  for (const segment of segments) {
    if ('literal' in segment) filled += segment.literal;
    else filled += place(valueOf(segment.placeholder, values), segment.placeholder, index++);
    if (filled.length > MOST_CHARACTERS) throw tooLarge();
  }
  return filled;
}

function valueOf(placeholder: Placeholder, values: RowValues): string {
  let value: string | undefined;
  try {
    value = fillPlaceholder(placeholder, values.row);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const formats = placeholder.filters.map(({ name }) => name).join(', ');
    throw new FillError([`Column ${placeholder.column}, format ${formats}: ${error.words[0]}`, `컬럼 ${placeholder.column}, 형식 ${formats}: ${error.words[1]}`]);
  }
  if (value !== undefined) return value;
  const isOptional = placeholder.filters.some(({ name }) => name === 'default') || values.mayBeBlank(placeholder.column);
  if (!isOptional) values.missing.add(placeholder.column);
  return '';
}
