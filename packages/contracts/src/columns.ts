import { z } from 'zod';

/**
 * One value of a row of the customer's database. Numbers that a JavaScript double cannot hold exactly travel as strings of
 * digits; dates as local text without conversion: `2026-11-20`, `2026-11-20T09:30:00` or, where the column has one, with
 * its offset. Nothing else: LOBs are text by then, RAW is hexadecimal text.
 */
export const columnValueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type ColumnValue = z.infer<typeof columnValueSchema>;

/** A row by column name, names as the query gave them (Oracle: upper case; PostgreSQL: lower case). */
export const rowSchema = z.record(z.string(), columnValueSchema);
export type Row = z.infer<typeof rowSchema>;

/** A column of a query's result: `type` is the database's own word. */
export const columnSchema = z.object({ name: z.string(), type: z.string() });
export type Column = z.infer<typeof columnSchema>;

/**
 * Finds a column by the name an author wrote, in a template, a file pattern or as a `:bind`: exactly, else ignoring case,
 * since Oracle and PostgreSQL fold unquoted names in opposite directions.
 * @returns the name as the row has it, or undefined when the row has no such column, or several that differ only by case.
 */
export function findColumn(row: Row, name: string): string | undefined {
  if (Object.hasOwn(row, name)) return name;
  const wanted = name.toLowerCase();
  const found = Object.keys(row).filter((column) => column.toLowerCase() === wanted);
  return found.length === 1 ? found[0] : undefined;
}

/** A value that is there: not NULL and not only white space. Zero and false are values. */
export function isPresent(value: ColumnValue | undefined): value is string | number | boolean {
  return value !== undefined && value !== null && (typeof value !== 'string' || value.trim() !== '');
}
