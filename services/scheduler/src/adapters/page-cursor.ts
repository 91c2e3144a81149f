import { z } from 'zod';
import { notOurPageMark } from '../page-mark.js';

/** The last row of a page: its time to the microsecond, as PostgreSQL writes it, and its id. */
const placeSchema = z.tuple([z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00$/), z.uuid()]);
export type Place = z.infer<typeof placeSchema>;

/** What the asker gets as `next` and gives back as `after`; it means nothing to anybody else. */
export function cursorOf(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws Refused INVALID when this is no cursor of ours. */
export function placeOf(cursor: string): Place {
  try {
    return placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (error) {
    throw notOurPageMark({ cause: error });
  }
}

/** One row more than the page was asked for, to know whether there is a next page. */
export function pageOf<R extends { place_time: string }, T>(rows: R[], limit: number, idOf: (row: R) => string, itemOf: (row: R) => T): { items: T[]; next: string | null } {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(itemOf), next: last ? cursorOf([last.place_time, idOf(last)]) : null };
}
