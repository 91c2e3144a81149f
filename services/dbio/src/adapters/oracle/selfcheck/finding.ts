import type { Sentence } from '../../../problem.js';

/** `skipped`: could not be looked at, and says why; it is neither good nor bad. */
export type Level = 'ok' | 'warning' | 'failed' | 'skipped';

/** What one check found. Plain data: it crosses from a thread, and goes into the report. Never a value of a customer's row. */
export interface Finding {
  /** Stays the same between versions, such as `character-set`. */
  id: string;
  level: Level;
  what: Sentence;
  figure: Sentence;
  /** What to do; beside `ok` it is advice. */
  remedy: Sentence | null;
}

/** A subject of a check, and the findings that it can have. */
export function about(id: string, what: Sentence) {
  const finding = (level: Level) => (figure: Sentence | string, remedy: Sentence | null = null): Finding => ({ id, level, what, figure: both(figure), remedy });
  return { id, what, ok: finding('ok'), warning: finding('warning'), failed: finding('failed'), skipped: finding('skipped') };
}
export type Subject = ReturnType<typeof about>;

/** A figure that reads the same in both languages. */
export function both(figure: Sentence | string): Sentence {
  return typeof figure === 'string' ? [figure, figure] : figure;
}

/** 0 when all is well, 1 when something failed, 2 for warnings. */
export function exitCodeOf(findings: Finding[]): 0 | 1 | 2 {
  if (findings.some(({ level }) => level === 'failed')) return 1;
  return findings.some(({ level }) => level === 'warning') ? 2 : 0;
}

const MOST_NAMES = 10;

/** `A, B, C` and how many more there are. */
export function someOf(names: string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} … (+${names.length - MOST_NAMES})` : shown;
}
