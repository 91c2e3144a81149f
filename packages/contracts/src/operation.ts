import { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
/** What `:id` of a path is. */
export type ObjectKind = 'automation' | 'run' | 'mail' | 'schedule' | 'connection' | 'user' | 'session' | 'group';
/** What only its group sees; a group is seen by its members. */
export type SeenKind = Exclude<ObjectKind, 'user' | 'session'>;
export interface Operation {
  method: Method;
  path: string;
  /** Absent: the path has no `:id`. */
  of?: ObjectKind;
  /** Other ids that the query or the body names, by field: whoever may not see such a thing is told that there is none. */
  refers?: { readonly [field: string]: SeenKind };
  /** `never`: it changes nothing, though it is no GET; what it shows of people it records by itself. */
  audited?: 'never';
  /** Its answers carry the revision of what they show, as ETag; a GET is answered 304 to whoever has it already. */
  etag?: true;
  /** It changes what several people edit: `If-Match` must have the ETag of what was looked at (else 428, 412), or `*` for whatever is there. */
  ifMatch?: true;
  /** English and Korean. */
  summary: readonly [english: string, korean: string];
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  /** Absent: none is needed. `optionalBody`: may be left out, and is `{}` then. */
  body?: z.ZodObject;
  optionalBody?: boolean;
  answers: { [status: number]: z.ZodType };
  /** Media types of answers that are no JSON, by status: such an answer is `streamedSchema`. */
  media?: { [status: number]: readonly string[] };
  /** Beside those that any operation may answer: 401 (unless it is public, roles.ts), 403, 405, 413, 415, 421, 422, 429, 431, 500, 503. */
  errors: readonly number[];
}

/** An answer that is written as it comes, without ever being whole in memory. */
export interface Streamed {
  mediaType: string;
  /** Shown by a browser that saves it. */
  fileName?: string;
  chunks: AsyncIterable<string | Uint8Array>;
}
export const streamedSchema = z.custom<Streamed>();
