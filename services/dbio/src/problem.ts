import type { KoreanProblem, SourceProblem } from '@tank/contracts';
import { SourceFailed, type QueryFailed } from './source.js';

/** A sentence in English and in Korean. */
export type Sentence = readonly [english: string, korean: string];

/** What went wrong, why, and what to do about it. No sentence holds a value of a row. */
export interface Explanation {
  message: Sentence;
  cause: Sentence;
  remedy: Sentence;
}

/** Why a source cannot be used; explained once in docs/what-can-go-wrong.md under its code. */
export interface SourceTrouble extends Explanation {
  code: string;
  /** It will not pass by itself: somebody has to change a setting. */
  isLasting?: boolean;
}

/** @param databaseCodes what the database and its driver call it, such as `ORA-12514` and `NJS-518`. */
export function sourceProblem({ code, message, cause, remedy }: SourceTrouble, databaseCodes: string[] = []): SourceProblem {
  return { code, message: message[0], cause: cause[0], remedy: remedy[0], ko: { message: message[1], cause: cause[1], remedy: remedy[1] }, databaseCodes };
}

export function sourceFailed(trouble: SourceTrouble, databaseCodes: string[] = [], options?: ErrorOptions): SourceFailed {
  return new SourceFailed(sourceProblem(trouble, databaseCodes), trouble.isLasting ?? false, options);
}

/** What happened and why, with the database's codes, for places that have one text for it. */
export function storyOf({ message, cause, ko, databaseCodes }: SourceProblem): Sentence {
  const codes = databaseCodes.length > 0 ? ` (${databaseCodes.join(', ')})` : '';
  const withCodes = (story: string) => (codes ? `${story.replace(/\.$/, '')}${codes}.` : story);
  return [withCodes(joined(message, cause)), withCodes(joined(ko.message, ko.cause))];
}

/** The same with what to do. */
export function wholeStoryOf(problem: SourceProblem): Sentence {
  const [english, korean] = storyOf(problem);
  return [joined(english, problem.remedy), joined(korean, problem.ko.remedy)];
}

/** What a system error says, in both languages. */
export interface AlarmWords {
  message: string;
  remedy: string | null;
  ko: KoreanProblem;
}

export function alarmWords(message: Sentence, remedy: Sentence): AlarmWords {
  return { message: message[0], remedy: remedy[0], ko: { message: message[1], cause: null, remedy: remedy[1] } };
}

/** Its log has no column for a cause, so the message tells it. */
export function sourceAlarm(problem: SourceProblem): AlarmWords {
  return alarmWords(storyOf(problem), [problem.remedy, problem.ko.remedy ?? problem.remedy]);
}

export const TRIED_AGAIN: Sentence = ['Tank tries again by itself.', 'Tank가 저절로 다시 시도합니다.'];

/** @param otherwise what to do where neither the database nor Tank knows better. */
export function queryAlarm(what: Sentence, { error, summary, summaryKo }: QueryFailed, otherwise: Sentence): AlarmWords {
  const message: Sentence = [`${what[0]}: ${withCause(summary, error.cause)}`, `${what[1]}: ${withCause(summaryKo, error.ko?.cause)}`];
  return alarmWords(message, [error.remedy ?? otherwise[0], error.ko?.remedy ?? otherwise[1]]);
}

/** A summary without the database's words is the cause already. */
function withCause(summary: string, cause: string | null | undefined): string {
  return cause && summary.includes(cause) ? summary : joined(summary, cause);
}

/** A database ends its words without a full stop. */
function joined(first: string, second: string | null | undefined): string {
  if (!second) return first;
  return /[.!?…]$/.test(first) ? `${first} ${second}` : `${first}. ${second}`;
}
