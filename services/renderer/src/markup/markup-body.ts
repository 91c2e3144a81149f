import { parsePug } from '../adapters/read-pug.js';
import type { Body } from '../template/html-body.js';
import { Page } from './page.js';
import { TreeReader } from './tree-reader.js';

/** A pug body, read into steps of our own: pug's lexer and parser say what the author wrote, nothing is compiled to JavaScript. */
export function readPugBody(body: string, htmlColumns: string[]): Body {
  const tree = parsePug(body);
  if (!('type' in tree)) return { columns: [], problems: [tree], fill: () => '' };
  const reader = new TreeReader(htmlColumns);
  const { write, problems } = reader.read(tree);
  return {
    columns: [...reader.columns],
    problems,
    fill: (values) => {
      const page = new Page(values);
      write(page, null);
      return page.html;
    },
  };
}
