import { FORMATS } from '@tank/contracts';

const FORMAT_LIST = Object.keys(FORMATS).map((name) => `${name}(…)`).join(', ');
const ONE_VALUE = 'A column is a single value: write its name alone, such as #{CUSTOMER_NAME}.';
const NO_CODE = 'A template shows values, it runs no code: put the calculation into the query.';

/** What to write instead, by the kind of JavaScript that is not taken. */
const REMEDIES: Record<string, string> = {
  MemberExpression: ONE_VALUE,
  ChainExpression: ONE_VALUE,
  ThisExpression: ONE_VALUE,
  Super: ONE_VALUE,
  MetaProperty: ONE_VALUE,
  ObjectExpression: 'An object is not taken: write a text, such as style="color: red" or class=(A > 0 ? "plus" : "minus").',
  ArrayExpression: 'A list is only taken in "each x in [1, 2, 3]".',
  AssignmentExpression: 'A template cannot change values. To compare, write "==".',
  UpdateExpression: 'A template cannot change values.',
  CallExpression: `Only formats are called: ${FORMAT_LIST}.`,
  TaggedTemplateExpression: `Only formats are called: ${FORMAT_LIST}.`,
  SequenceExpression: 'Write one expression, without a comma.',
};

export function refusalOf(kind: string): string {
  return REMEDIES[kind] ?? NO_CODE;
}
