import { FillError } from '../template/fill-error.js';
import type { Evaluate } from './expression.js';
import type { Page, Scope } from './page.js';
import type { Write } from './writing.js';

const DEEPEST = 50;

interface Mixin {
  parameters: string[];
  write: Write;
}

/** The mixins of one template: declared anywhere, called anywhere. A mixin sees its parameters and the columns, nothing of its caller. */
export class MixinShelf {
  private readonly mixins = new Map<string, Mixin>();
  private readonly called: { name: string; at: { line: number; column?: number } }[] = [];

  declare(name: string, parameters: string[], write: Write): void {
    this.mixins.set(name, { parameters, write });
  }

  unknown(): { name: string; at: { line: number; column?: number } }[] {
    return this.called.filter(({ name }) => !name.startsWith('#') && !this.mixins.has(name));
  }

  call(name: string, at: { line: number; column?: number }, values: Evaluate[], content: Write | null): Write {
    this.called.push({ name, at });
    return (page, scope) => {
      const mixin = this.mixins.get(name);
      if (!mixin) return;
      let own: Scope | null = null;
      mixin.parameters.forEach((parameter, index) => (own = { name: parameter, value: values[index]?.(page, scope), outer: own }));
      runMixin(page, () => mixin.write(page, own), content && (() => content(page, scope)));
    };
  }
}

/** Inside the content that a caller gave, `block` means the caller's own again. */
function runMixin(page: Page, run: () => void, content: (() => void) | null): void {
  const outer = page.block;
  if (++page.depth > DEEPEST) throw new FillError([`Mixins call each other more than ${DEEPEST} times deep.`, `mixin이 서로 ${DEEPEST}단계를 넘게 호출합니다.`]);
  const inner = content && (() => {
    page.block = outer;
    content();
    page.block = inner;
  });
  page.block = inner;
  run();
  page.block = outer;
  page.depth--;
}
