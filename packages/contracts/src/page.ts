import { z } from 'zod';
import { Refused } from './endings.js';
import { sortField, type Sort } from './sorts.js';

/** Which page of a list. `after`: the `next` of the page before, of the same sort; null: the first. */
export interface PageAsked {
  limit: number;
  after: string | null;
  sort: Sort;
}
export interface Page<T> {
  items: T[];
  next: string | null;
}
/** Where an item stands in its list: the value it is sorted by, and what breaks ties. What is written meanwhile moves none. */
export type Place = readonly (string | number)[];
export interface Placed<T> {
  item: T;
  place: Place;
}

// PostgreSQL keeps neither of them.
const textSchema = z.string().refine((text) => text.isWellFormed() && !text.includes('\0'));
/** To the microsecond, as PostgreSQL keeps it, which has no year 0. */
const momentSchema = z.iso.datetime().refine((moment) => moment >= '1970');
/** As large as PostgreSQL counts. */
const numberSchema = z.int().min(0).max(2_147_483_647);
const namePlace = z.tuple([textSchema, z.uuid()]);
const timePlace = z.tuple([momentSchema, z.uuid()]);
export const EVENT_PLACE = timePlace;
export const MAIL_PLACE = z.tuple([momentSchema, textSchema]);
/** A mail may have several files. */
export const FILE_PLACE = z.tuple([momentSchema, textSchema, numberSchema]);
export const NUMBER_PLACE = z.tuple([numberSchema]);

/**
 * Where the page before ended; null at the start.
 * @throws Refused INVALID when `after` is not the `next` of a page of such a list with the same sort.
 */
export function placeIn<P extends Place>({ after, sort }: Pick<PageAsked, 'after' | 'sort'>, schema: z.ZodType<P>): P | null {
  if (after === null) return null;
  const { data } = z.tuple([z.string(), z.json()]).safeParse(read(after));
  if (data && data[0] !== sort) throw ofAnotherSort(data[0], sort);
  const place = schema.safeParse(data?.[1]);
  if (!place.success) throw notOurs();
  return place.data;
}

/** The same in a list that is sorted by names or by times, ties by an id. */
export function rowPlaceIn(asked: Pick<PageAsked, 'after' | 'sort'>): readonly [string, string] | null {
  return placeIn(asked, sortField(asked.sort) === 'name' ? namePlace : timePlace);
}

/** What fits into an answer between services: a NATS server takes 1 MB unless told otherwise. */
const PAGE_BYTES = 700_000;

/** One more than asked for was read, to know whether there is a next page; a page of long texts ends early. */
export function pageOf<T>(found: Placed<T>[], { limit, sort }: Pick<PageAsked, 'limit' | 'sort'>): Page<T> {
  const encoder = new TextEncoder();
  let bytes = 0;
  const full = found.findIndex(({ item }) => (bytes += encoder.encode(JSON.stringify(item)).length) > PAGE_BYTES);
  const shown = found.slice(0, Math.min(limit, full === -1 ? limit : Math.max(1, full)));
  return { items: shown.map(({ item }) => item), next: found.length > shown.length ? written([sort, shown.at(-1)!.place]) : null };
}

/** In base64url, which needs no escaping in an address. */
function written(mark: [Sort, Place]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(mark));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function read(after: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(after.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined; // neither base64 nor JSON: whoever asks is told so
  }
}

function ofAnotherSort(was: string, sort: Sort): Refused {
  return new Refused('INVALID', [
    `This page mark belongs to the sort "${was.slice(0, 30)}", not to "${sort}": ask with the sort it was made with, or leave "after" out to begin at the start.`,
    `이 페이지 표시는 "${was.slice(0, 30)}" 정렬의 것이며 "${sort}" 정렬에는 쓸 수 없습니다. 같은 정렬로 요청하거나 처음부터 보려면 "after"를 빼세요.`,
  ], 'after');
}

function notOurs(): Refused {
  return new Refused('INVALID', [
    'This is not the "next" of a page of the same list: give it back unchanged, or leave "after" out to begin at the start.',
    '같은 목록의 "next" 값이 아닙니다. 받은 그대로 보내거나 처음부터 보려면 "after"를 빼세요.',
  ], 'after');
}
