import { Parser, tokTypes, type Expression, type Node, type Options } from 'acorn';

/** What acorn keeps for subclasses and its types leave out. */
interface AcornInside {
  type: unknown;
  startNode(): Node & { name?: string };
  next(): void;
  finishNode(node: Node, type: string): Expression;
  parseExpression(): Expression;
  nextToken(): void;
  unexpected(): never;
}

/** JavaScript's expressions, where `default(…)` is a call of our format and not a keyword. */
class ExpressionParser extends (Parser as unknown as new (options: Options, source: string) => AcornInside & { parseExprAtom(...rest: unknown[]): Expression }) {
  override parseExprAtom(...rest: unknown[]): Expression {
    if (this.type !== tokTypes._default) return super.parseExprAtom(...rest);
    const node = this.startNode();
    this.next();
    node.name = 'default';
    return this.finishNode(node, 'Identifier');
  }

  parseWhole(): Expression {
    this.nextToken();
    const expression = this.parseExpression();
    return this.type === tokTypes.eof ? expression : this.unexpected();
  }
}

/**
 * Reads an expression without running anything.
 * @throws SyntaxError with acorn's `loc`
 */
export function parseExpression(source: string): Expression {
  return new ExpressionParser({ ecmaVersion: 2024, sourceType: 'script', locations: true }, source).parseWhole();
}
