import { createHash } from 'node:crypto';

/** Ids that tell what they are of, so that a question can be asked without looking it up. */
export function idOf(kind: string, at: number): string {
  const hash = createHash('md5').update(`${kind}${at}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20)}`;
}

/** The same in SQL. */
export function idSql(kind: string, at: string): string {
  return `(overlay(overlay(md5('${kind}' || ${at}) PLACING '4' FROM 13 FOR 1) PLACING '8' FROM 17 FOR 1))::uuid`;
}
