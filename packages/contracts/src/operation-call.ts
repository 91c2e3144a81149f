import type { z } from 'zod';
import type { API, OperationId } from './api.js';

type Part<Id extends OperationId, P extends 'params' | 'query' | 'headers' | 'body'> =
  (typeof API)[Id] extends { [K in P]: infer S extends z.ZodType } ? z.output<S> : Record<string, never>;
/** What a handler receives, checked. */
export interface OperationInput<Id extends OperationId> {
  params: Part<Id, 'params'>;
  query: Part<Id, 'query'>;
  headers: Part<Id, 'headers'>;
  body: Part<Id, 'body'>;
  /** What the change was decided by (If-Match); null: whatever is there, or an operation that asks for none. */
  revision: number | null;
}
type Shown<Id extends OperationId> = (typeof API)[Id] extends { etag: true } ? { revision: number } : unknown;
/** One of the operation's answers: a status, and the body that belongs to it; with `etag` the revision of what it shows. */
export type OperationAnswer<Id extends OperationId> = {
  [S in keyof (typeof API)[Id]['answers']]: { status: S; body: (typeof API)[Id]['answers'][S] extends z.ZodType ? z.input<(typeof API)[Id]['answers'][S]> : never } & Shown<Id>;
}[keyof (typeof API)[Id]['answers']];
