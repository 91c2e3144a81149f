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
  if (!isPugError(error)) throw error;
  const said = error.msg.trim().replace(/\.?$/, '.');
  return { message: [said, `pug 문법에 맞지 않아 읽을 수 없습니다. 이 위치를 고치세요. (${said})`], line: error.line, column: error.column ?? 1 };
}

function isPugError(error: unknown): error is Error & { msg: string; line: number; column?: number } {
  return error instanceof Error && 'msg' in error && 'line' in error && String((error as { code?: unknown }).code).startsWith('PUG:');
}
