const MOST_NAMES = 5;

/** The first of them, quoted, for a sentence. */
export function listed(names: string[]): string {
  const quoted = names.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  return [...quoted, ...(names.length > MOST_NAMES ? [`+${names.length - MOST_NAMES}`] : [])].join(', ');
}
