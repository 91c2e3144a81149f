import type { InBoth } from './endings.js';

const KOREAN_OF = new Map<string, string>();

/** A message for zod, which takes one language: the English sentence, whose Korean `inKorean` finds again. */
export function says(...[english, korean]: InBoth): string {
  KOREAN_OF.set(english, korean);
  return english;
}

/** @returns undefined for what is not a sentence of ours */
export function inKorean(message: string): string | undefined {
  return KOREAN_OF.get(message);
}
