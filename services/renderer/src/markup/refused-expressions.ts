import { FORMATS, type InBoth } from '@tank/contracts';

const FORMAT_LIST = Object.keys(FORMATS).map((name) => `${name}(…)`).join(', ');
const ONE_VALUE: InBoth = [
  'A column is a single value: write its name alone, such as #{CUSTOMER_NAME}.', '컬럼은 값 하나입니다. #{CUSTOMER_NAME}처럼 컬럼 이름만 쓰세요.',
];
const NO_CODE: InBoth = [
  'A template shows values, it runs no code: put the calculation into the query.', '템플릿은 값을 보여 줄 뿐 코드를 실행하지 않습니다. 계산은 쿼리에서 하세요.',
];
const ONLY_FORMATS: InBoth = [`Only formats are called: ${FORMAT_LIST}.`, `형식 함수만 호출할 수 있습니다: ${FORMAT_LIST}.`];

/** What to write instead, by the kind of JavaScript that is not taken. */
const REMEDIES: Record<string, InBoth> = {
  MemberExpression: ONE_VALUE,
  ChainExpression: ONE_VALUE,
  ThisExpression: ONE_VALUE,
  Super: ONE_VALUE,
  MetaProperty: ONE_VALUE,
  ObjectExpression: [
    'An object is not taken: write a text, such as style="color: red" or class=(A > 0 ? "plus" : "minus").',
    '객체는 쓸 수 없습니다. style="color: red"나 class=(A > 0 ? "plus" : "minus")처럼 텍스트로 쓰세요.',
  ],
  ArrayExpression: ['A list is only taken in "each x in [1, 2, 3]".', '목록은 "each x in [1, 2, 3]"에서만 쓸 수 있습니다.'],
  AssignmentExpression: ['A template cannot change values. To compare, write "==".', '템플릿에서는 값을 바꿀 수 없습니다. 비교하려면 "=="를 쓰세요.'],
  UpdateExpression: ['A template cannot change values.', '템플릿에서는 값을 바꿀 수 없습니다.'],
  CallExpression: ONLY_FORMATS,
  TaggedTemplateExpression: ONLY_FORMATS,
  SequenceExpression: ['Write one expression, without a comma.', '쉼표 없이 식 하나만 쓰세요.'],
};

export function refusalOf(kind: string): InBoth {
  return REMEDIES[kind] ?? NO_CODE;
}
