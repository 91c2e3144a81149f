/**
 * Text that PostgreSQL takes: no NUL, no half of a surrogate pair, and no longer than the log has use for. What comes
 * from a customer's database may be anything, and must not keep a mail out of its log.
 * @param limit in UTF-16 units; a cut text ends in `…`.
 */
export function cleanText(text: string, limit: number): string {
  const clean = text.replaceAll('\u0000', '').toWellFormed();
  return clean.length <= limit ? clean : `${clean.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
