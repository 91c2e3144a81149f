import type { Expression, PrivateIdentifier, SpreadElement, Super } from 'acorn';
import { isPresent, type InBoth } from '@tank/contracts';
import { MOST_CHARACTERS, tooLarge } from '../template/fill-error.js';
import { assertStyleValue } from '../template/place-value.js';
import { add, calculate, compare, isEqual, isTrue, textOf, type Scalar } from './expression-values.js';
import { compileFormat, isFormat } from './format-call.js';
import type { Page, Scope } from './page.js';
import { refusalOf } from './refused-expressions.js';

/** A value that is not there, and the columns that lack it. `isKnown`: the row has the column, with NULL or blanks in it. */
export class Missing {
  constructor(readonly columns: string[], readonly isKnown: boolean) {}
}
export type Value = Scalar | Scalar[] | Missing;
export type Evaluate = (page: Page, scope: Scope | null) => Value;
type AnyNode = Expression | PrivateIdentifier | SpreadElement | Super;

/** What surrounds an expression while it is compiled. */
export interface Surroundings {
  /** Names of `each` and mixin parameters that hide columns. */
  locals: ReadonlySet<string>;
  columns: Set<string>;
  refuse(message: InBoth): void;
  /** Values go into a style attribute. */
  isStyle?: boolean;
  /** A list may stand here. */
  isList?: boolean;
}

/**
 * Turns an expression into steps over a mail's values. No JavaScript comes out of it: what is not in the list below is
 * refused, so there is nothing that could reach beyond the values.
 */
export function compileNode(node: AnyNode, around: Surroundings): Evaluate {
  const evaluate = compileKind(node, around.isList && node.type !== 'ArrayExpression' ? { ...around, isList: false } : around);
  return (page, scope) => {
    page.step();
    return evaluate(page, scope);
  };
}

function compileKind(node: AnyNode, around: Surroundings): Evaluate {
  const inner = (child: AnyNode) => compileNode(child, around);
  switch (node.type) {
    case 'Literal':
      return compileLiteral(node.value, around);
    case 'TemplateLiteral':
      return joinParts(node.quasis.map((quasi) => quasi.value.cooked ?? ''), node.expressions.map(inner));
    case 'Identifier':
      return compileName(node.name, around);
    case 'UnaryExpression':
      return compileUnary(node.operator, inner(node.argument), around);
    case 'BinaryExpression':
      return compileBinary(node.operator, inner(node.left), inner(node.right), around);
    case 'LogicalExpression':
      return compileLogical(node.operator, inner(node.left), inner(node.right));
    case 'ConditionalExpression': {
      const [test, yes, no] = [inner(node.test), inner(node.consequent), inner(node.alternate)];
      return (page, scope) => (holds(test(page, scope), page) ? yes(page, scope) : no(page, scope));
    }
    case 'CallExpression':
      return node.callee.type === 'Identifier' && isFormat(node.callee.name) && !node.optional
        ? compileFormat(node.callee.name, node.arguments, around)
        : refused(refusalOf('CallExpression'), around);
    case 'ArrayExpression':
      return around.isList ? compileList(node.elements, around) : refused(refusalOf(node.type), around);
    default:
      return refused(refusalOf(node.type), around);
  }
}

function compileLiteral(value: unknown, around: Surroundings): Evaluate {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return () => value;
  return refused(['Write texts between quotes and numbers in digits.', '텍스트는 따옴표로 묶고 숫자는 숫자로 쓰세요.'], around);
}

function compileName(name: string, around: Surroundings): Evaluate {
  const checked = (value: Value): Value => {
    if (around.isStyle && typeof value === 'string') assertStyleValue(value, [`"${name}"`, `"${name}"`]);
    return value;
  };
  if (around.locals.has(name)) return (_page, scope) => checked(localOf(name, scope));
  around.columns.add(name);
  return ({ values }) => {
    const value = values.find(name);
    if (isPresent(value)) return checked(value);
    return values.mayBeBlank(name) ? '' : new Missing([name], value !== undefined);
  };
}

function localOf(name: string, scope: Scope | null): Value {
  for (let at = scope; at; at = at.outer) if (at.name === name) return at.value as Value;
  return undefined;
}

function joinParts(texts: string[], parts: Evaluate[]): Evaluate {
  return (page, scope) => {
    const values = parts.map((part) => part(page, scope));
    const missing = values.filter((value) => value instanceof Missing);
    if (missing.length > 0) return merged(missing);
    const joined = texts.map((text, index) => (index === 0 ? text : textOf(scalarOf(values[index - 1]) as Scalar) + text)).join('');
    if (joined.length > MOST_CHARACTERS) throw tooLarge();
    return joined;
  };
}

function compileUnary(operator: string, argument: Evaluate, around: Surroundings): Evaluate {
  if (operator === '!') return (page, scope) => !holds(argument(page, scope), page);
  if (operator === '-') return (page, scope) => withoutMissing([0, argument(page, scope)], (zero, value) => calculate('-', zero, value));
  if (operator === '+') return (page, scope) => withoutMissing([argument(page, scope), 0], (value, zero) => calculate('-', value, zero));
  return refused(refusalOf(operator), around);
}

function compileBinary(operator: string, left: Evaluate, right: Evaluate, around: Surroundings): Evaluate {
  const both = (work: (a: Scalar, b: Scalar) => Value): Evaluate => (page, scope) => withoutMissing([left(page, scope), right(page, scope)], work);
  switch (operator) {
    case '+': return both(add);
    case '-': case '*': case '/': case '%': return both((a, b) => calculate(operator, a, b));
    case '<': return both((a, b) => compare(a, b, operator) < 0);
    case '>': return both((a, b) => compare(a, b, operator) > 0);
    case '<=': return both((a, b) => compare(a, b, operator) <= 0);
    case '>=': return both((a, b) => compare(a, b, operator) >= 0);
    case '==': case '===': return (page, scope) => areEqual(left(page, scope), right(page, scope), page);
    case '!=': case '!==': return (page, scope) => !areEqual(left(page, scope), right(page, scope), page);
    default: return refused(refusalOf(operator), around);
  }
}

function compileLogical(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  return (page, scope) => {
    const value = left(page, scope);
    const isAbsent = value instanceof Missing || value === null || value === undefined;
    const isFirstEnough = operator === '??' ? !isAbsent : isTruthy(value) === (operator === '||');
    return isFirstEnough ? value : right(page, scope);
  };
}

function compileList(elements: (Expression | SpreadElement | null)[], around: Surroundings): Evaluate {
  const items = elements.map((element) => (element ? compileNode(element, { ...around, isList: false }) : () => null));
  return (page, scope) => {
    const values = items.map((item) => item(page, scope));
    return values.find((value) => value instanceof Missing) ?? (values as Scalar[]);
  };
}

export function areEqual(left: Value, right: Value, page: Page): boolean {
  return isEqual(asNull(left, page), asNull(right, page));
}

/** Whether a condition holds. NULL and blank do not; a column that the row does not have at all is the author's mistake. */
export function holds(value: Value, page: Page): boolean {
  noteUnknown(value, page);
  return isTruthy(value);
}

function isTruthy(value: Value): boolean {
  return !(value instanceof Missing) && (Array.isArray(value) || isTrue(value));
}

function asNull(value: Value, page: Page): Scalar {
  noteUnknown(value, page);
  return value instanceof Missing ? null : scalarOf(value) as Scalar;
}

function noteUnknown(value: Value, page: Page): void {
  if (value instanceof Missing && !value.isKnown) for (const column of value.columns) page.values.missing.add(column);
}

/** What lacks a part lacks it as a whole, with all the columns that are missing. */
export function withoutMissing(values: [Value, Value], work: (a: Scalar, b: Scalar) => Value): Value {
  const missing = values.filter((value) => value instanceof Missing);
  if (missing.length > 0) return merged(missing);
  return work(scalarOf(values[0]) as Scalar, scalarOf(values[1]) as Scalar);
}

function merged(missing: Missing[]): Missing {
  return new Missing(missing.flatMap(({ columns }) => columns), missing.every(({ isKnown }) => isKnown));
}

function scalarOf(value: Value): Scalar | Missing {
  return Array.isArray(value) ? value.map(textOf).join(', ') : value;
}

export function refused(message: InBoth, around: Surroundings): Evaluate {
  around.refuse(message);
  return () => undefined;
}
