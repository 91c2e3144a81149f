import type { Expression, SpreadElement } from 'acorn';
import { FormatError, FORMATS, isPresent, type Format, type InBoth } from '@tank/contracts';
import { FillError } from '../template/fill-error.js';
import { problemOfArgument } from '../template/placed-text.js';
import { compileNode, Missing, refused, type Evaluate, type Surroundings } from './expression.js';
import type { Scalar } from './expression-values.js';

export function isFormat(name: string): name is Format {
  return Object.hasOwn(FORMATS, name);
}

/** `number(AMOUNT, 2)`, `date(DUE, 'YYYY년 M월 D일')`, `default(NAME, '고객')`: the formats of `{{ }}`, written as calls. */
export function compileFormat(name: Format, parameters: (Expression | SpreadElement)[], around: Surroundings): Evaluate {
  const [first, second, ...rest] = parameters;
  if (!first || rest.length > 0) {
    return refused([`${name} takes a column and one argument at most, such as ${EXAMPLES[name]}.`, `${name}에는 컬럼과 인수 하나까지만 씁니다. 예: ${EXAMPLES[name]}.`], around);
  }
  const value = compileNode(first, around);
  if (name === 'default') return compileDefault(value, second, around);
  if (second && second.type !== 'Literal') {
    return refused([`The argument of ${name} is a fixed text or number, such as ${EXAMPLES[name]}.`, `${name}의 인수는 고정된 텍스트나 숫자입니다. 예: ${EXAMPLES[name]}.`], around);
  }
  const argument = second?.type === 'Literal' ? String(second.value) : '';
  const problem = problemOfArgument(name, argument);
  if (problem) return refused(problem, around);
  const what: InBoth = first.type === 'Identifier' ? [`Column ${first.name}, format ${name}`, `컬럼 ${first.name}, 형식 ${name}`] : [`Format ${name}`, `형식 ${name}`];
  return (page, scope) => applyFormat(name, value(page, scope) as Scalar | Missing, argument, what);
}

function compileDefault(value: Evaluate, standIn: Expression | SpreadElement | undefined, around: Surroundings): Evaluate {
  if (!standIn) return refused([`default needs what stands in, such as ${EXAMPLES.default}.`, `default에는 대신 쓸 값이 필요합니다. 예: ${EXAMPLES.default}.`], around);
  const instead = compileNode(standIn, around);
  return (page, scope) => {
    const given = value(page, scope);
    return given instanceof Missing || !isPresent(given as Scalar) ? instead(page, scope) : given;
  };
}

function applyFormat(name: Format, value: Scalar | Missing, argument: string, what: InBoth): Scalar | Missing {
  if (value instanceof Missing) return value;
  try {
    return FORMATS[name](value, argument);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FillError([`${what[0]}: ${error.words[0]}`, `${what[1]}: ${error.words[1]}`]);
  }
}

const EXAMPLES: Record<Format, string> = {
  number: 'number(AMOUNT, 2)',
  won: 'won(AMOUNT)',
  date: "date(DUE_DATE, 'YYYY년 M월 D일')",
  shift: "shift(businessDate, '-1M')",
  upper: 'upper(CODE)',
  lower: 'lower(CODE)',
  default: "default(NAME, '고객')",
};
