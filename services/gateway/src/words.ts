import type { Language } from './http/language.js';

/** A sentence of the gateway's own, in both languages; a plain string is a service's sentence, passed on as it is. */
export type Words = string | readonly [english: string, korean: string];

export function inLanguage(words: Words, language: Language): string {
  if (typeof words === 'string') return words;
  return language === 'ko' ? words[1] : words[0];
}
