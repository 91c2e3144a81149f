import type { ErrorCode, InBoth } from '@tank/contracts';

/** Why a template could not be filled for one mail. The sentence names columns, formats and places, never values. */
export class FillError extends Error {
  constructor(readonly words: InBoth, readonly code: Extract<ErrorCode, 'TEMPLATE_VALUE_MISSING' | 'TEMPLATE_FAILED' | 'MESSAGE_TOO_LARGE'> = 'TEMPLATE_FAILED') {
    super(words[0]);
    this.name = 'FillError';
  }
}

/** Of each of a mail's texts; a mail that fills a NATS message has less. */
export const MOST_CHARACTERS = 1_000_000;

export function tooLarge(): FillError {
  return new FillError([
    `A text of the mail has more than ${MOST_CHARACTERS} characters: shorten the template or the values.`,
    `메일 본문이 ${MOST_CHARACTERS}자를 넘습니다. 템플릿이나 값을 줄이세요.`,
  ], 'MESSAGE_TOO_LARGE');
}

/** The stack ended: V8 says so with a RangeError, or with a SyntaxError where it was about to build a regular expression. */
export function isTooDeep(error: unknown): boolean {
  return (error instanceof RangeError || error instanceof SyntaxError) && /call stack|stack space/i.test(error.message);
}
export const TOO_DEEP: InBoth = ['The template is nested too deeply: use fewer levels.', '템플릿의 중첩이 너무 깊습니다. 단계를 줄이세요.'];
