import lex, { type LexerFunction } from 'pug-lexer';
import parse from 'pug-parser';
import type { PugBlock } from '../markup/syntax-tree.js';
import { parseExpression } from '../markup/expression-syntax.js';
import { isTooDeep, TOO_DEEP } from '../template/fill-error.js';
import type { Problem } from '../template/text-position.js';

const readsOurExpressions = {
  isExpression: (_lexer: unknown, source: string): boolean => Boolean(parseExpression(source)),
};

/** Reads pug with pug's own lexer and parser: nothing is included, compiled or run. */
export function parsePug(source: string): PugBlock | Problem {
  try {
    const tokens = lex(source, { filename: '', plugins: [readsOurExpressions as unknown as LexerFunction] }) as { type: string }[];
    return parse(withoutComments(tokens), {}) as PugBlock;
  } catch (error) {
    return problemOf(error);
  }
}

/** Comments go nowhere: what an author notes in a template is not for the recipient. */
function withoutComments(tokens: { type: string }[]): object[] {
  let isInComment = false;
  let isInText = false;
  return tokens.filter(({ type }) => {
    if (type === 'comment') return !(isInComment = true);
    if (isInComment && type === 'start-pipeless-text') return !(isInText = true);
    if (isInComment && isInText) {
      if (type === 'end-pipeless-text') isInComment = isInText = false;
      return false;
    }
    isInComment = false;
    return true;
  });
}

function problemOf(error: unknown): Problem {
  if (isTooDeep(error)) return { message: TOO_DEEP };
  if (isPugError(error)) return { message: `${error.msg.trim().replace(/\.?$/, '.')}`, line: error.line, column: error.column ?? 1 };
  throw error;
}

function isPugError(error: unknown): error is Error & { msg: string; line: number; column?: number } {
  return error instanceof Error && 'msg' in error && 'line' in error && String((error as { code?: unknown }).code).startsWith('PUG:');
}
