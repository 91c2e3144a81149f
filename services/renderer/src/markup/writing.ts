import type { Page, Scope } from './page.js';

/** Writes a part of the page for one mail. */
export type Write = (page: Page, scope: Scope | null) => void;

/** Parts in order; neighbouring fixed texts become one. */
export function inOrder(parts: (string | Write)[]): Write {
  const writes: Write[] = [];
  let fixed = '';
  const flush = () => {
    const text = fixed;
    fixed = '';
    if (text !== '') writes.push((page) => page.write(text));
  };
  for (const part of parts) {
    if (typeof part === 'string') fixed += part;
    else {
      flush();
      writes.push(part);
    }
  }
  flush();
  return (page, scope) => {
    for (const write of writes) {
      page.step();
      write(page, scope);
    }
  };
}
