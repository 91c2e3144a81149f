import type { RowValues } from '../template/row-values.js';
import { FillError, MOST_CHARACTERS, tooLarge } from '../template/fill-error.js';

/** Far above any mail: a statement with 500 lines takes some ten thousand. */
const MOST_STEPS = 1_000_000;

/** A name bound by `each` or by a mixin's parameters, innermost first. */
export interface Scope {
  name: string;
  value: unknown;
  outer: Scope | null;
}

/** One mail being written. Every step is counted, so a template cannot run without end, whatever it loops over. */
export class Page {
  html = '';
  /** Nested mixin calls. */
  depth = 0;
  /** What `block` stands for inside the mixin being called. */
  block: (() => void) | null = null;
  private steps = 0;

  constructor(readonly values: RowValues) {}

  step(): void {
    if (++this.steps <= MOST_STEPS) return;
    throw new FillError([
      `The template takes more than ${MOST_STEPS} steps for one mail: loop over less.`, `템플릿이 메일 한 통에 ${MOST_STEPS}단계를 넘게 실행됩니다. 반복을 줄이세요.`,
    ]);
  }

  write(text: string): void {
    this.html += text;
    if (this.html.length > MOST_CHARACTERS) throw tooLarge();
  }
}
