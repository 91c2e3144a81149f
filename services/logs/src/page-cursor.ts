import { Refused } from '@tank/contracts';
import { z } from 'zod';

/** Where a page ended: the sort key of its last item, so that what is written meanwhile moves nothing. */
export const rowCursorSchema = z.object({ row: z.int().nonnegative() });
/** `at` to the microsecond, as PostgreSQL keeps it. */
export const timeCursorSchema = z.object({ at: z.iso.datetime(), id: z.string() });
export const errorCursorSchema = timeCursorSchema.extend({ id: z.uuid() });
export const fileCursorSchema = timeCursorSchema.extend({ position: z.int().nonnegative() });

export function writeCursor(end: z.infer<typeof rowCursorSchema> | z.infer<typeof timeCursorSchema> | z.infer<typeof fileCursorSchema>): string {
  return Buffer.from(JSON.stringify(end)).toString('base64url');
}

/** @throws Refused INVALID when `after` is not the `next` of such a page. */
export function readCursor<S extends z.ZodType>(schema: S, after: string | null): z.infer<S> | null {
  if (after === null) return null;
  const parsed = schema.safeParse(parseJson(Buffer.from(after, 'base64url').toString()));
  if (!parsed.success) throw new Refused('INVALID', ['This is not the "next" of a page of the same list: leave "after" out to begin at the start.', '같은 목록의 "next" 값이 아닙니다. 처음부터 보려면 "after"를 빼세요.'], 'after');
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
