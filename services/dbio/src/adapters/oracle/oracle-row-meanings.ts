import type { Sentence } from '../../problem.js';
import type { Meaning } from './oracle-query-meanings.js';

const row = (cause: Sentence, remedy: Sentence): Meaning => ({ cause, remedy, blame: 'row' });

const NUMBER = row(
  ['A text had to become a number and is none.', '숫자가 필요한 곳에 숫자로 바꿀 수 없는 문자가 있습니다.'],
  [
    'Correct the data, or compare texts with texts: a VARCHAR2 column beside a number makes Oracle convert each of its rows.',
    '데이터를 고치거나 문자끼리 비교하세요. VARCHAR2 컬럼을 숫자와 비교하면 Oracle이 모든 행을 숫자로 바꾸려 합니다.',
  ],
);
const DATE = row(
  ['A text had to become a date or time and does not fit the format.', '문자를 날짜·시각으로 바꿀 수 없습니다(형식 또는 값이 맞지 않음).'],
  [
    "Correct the data, or name the format: TO_DATE(column, 'YYYYMMDD'). Tank binds times as 2026-11-20T09:00:00.",
    "데이터를 고치거나 TO_DATE(컬럼, 'YYYYMMDD')처럼 형식을 지정하세요. Tank는 시각을 2026-11-20T09:00:00 형식으로 바인드합니다.",
  ],
);
const TOO_LARGE = row(
  ['A value is larger than its column takes.', '값이 컬럼의 크기보다 큽니다.'],
  ['Shorten it (SUBSTRB), or have the column enlarged; Korean letters need 2 or 3 bytes each.', 'SUBSTRB 등으로 줄이거나 컬럼을 늘리세요. 한글은 글자당 2~3바이트입니다.'],
);
const NULL_REFUSED = row(
  ['A column that must have a value would become NULL.', '필수 컬럼(NOT NULL)에 NULL이 들어갑니다.'],
  ['Give the column a value in the Update Query, such as with NVL.', '업데이트 쿼리에서 NVL 등으로 값을 지정하세요.'],
);
const MANY_ROWS = row(
  ['A subquery, or a SELECT INTO, gives more than one row.', '하위 쿼리 또는 SELECT INTO의 결과가 두 행 이상입니다.'],
  ['Narrow it to one row.', '한 행만 나오도록 조건을 추가하세요.'],
);
const TOO_LONG_TEXT = row(
  ['A joined text is longer than 4,000 bytes (or MAX_STRING_SIZE).', '연결한 문자열이 4,000바이트(또는 MAX_STRING_SIZE)를 넘습니다.'],
  ['Join less, or as a CLOB: TO_CLOB(a) || b.', '연결을 줄이거나 TO_CLOB(a) || b처럼 CLOB으로 연결하세요.'],
);

/** Failures that are one row's own: the next row may pass. */
export const ROW_MEANINGS: Record<string, Meaning> = {
  'ORA-00001': row(
    ['A row with this key is already there.', '같은 키의 행이 이미 있습니다.'],
    ['An update that is repeated meets its own row: write it as MERGE, or with WHERE NOT EXISTS.', '같은 업데이트가 다시 실행된 경우일 수 있습니다. MERGE 또는 WHERE NOT EXISTS로 작성하세요.'],
  ),
  'ORA-02290': row(
    ['The row would break a rule of the table (a check constraint).', '테이블의 검사 제약 조건(CHECK)에 어긋나는 값입니다.'],
    ['Look at the constraint that is named, and at the values that the Update Query writes.', '표시된 제약 조건과 업데이트 쿼리가 쓰는 값을 확인하세요.'],
  ),
  'ORA-02291': row(
    ['The row refers to another one that does not exist (parent key).', '참조하는 상위 행(부모 키)이 없습니다.'],
    ['See that the row it refers to is there first.', '참조 대상 행이 먼저 있는지 확인하세요.'],
  ),
  'ORA-02292': row(
    ['Other rows refer to this one (child record).', '이 행을 참조하는 하위 행이 있습니다.'],
    ['Leave the key column alone in the Update Query.', '업데이트 쿼리에서 키 컬럼을 바꾸지 마세요.'],
  ),
  'ORA-01400': NULL_REFUSED,
  'ORA-01407': NULL_REFUSED,
  'ORA-01401': TOO_LARGE,
  'ORA-01438': row(
    ['A number has more digits than its column takes.', '숫자의 자릿수가 컬럼의 정밀도를 넘습니다.'],
    ['Round it in the query, or have the column enlarged.', '쿼리에서 반올림하거나 컬럼을 늘리세요.'],
  ),
  'ORA-12899': TOO_LARGE,
  'ORA-01461': TOO_LARGE,
  'ORA-01426': row(
    ['A calculation gives a number that is too large.', '계산 결과가 숫자의 표현 범위를 넘습니다.'],
    ['Look at the values of this row and at the calculation.', '이 행의 값과 계산식을 확인하세요.'],
  ),
  'ORA-01722': NUMBER,
  'ORA-01858': DATE,
  'ORA-01830': DATE,
  'ORA-01839': DATE,
  'ORA-01840': DATE,
  'ORA-01841': DATE,
  'ORA-01843': DATE,
  'ORA-01847': DATE,
  'ORA-01850': DATE,
  'ORA-01851': DATE,
  'ORA-01852': DATE,
  'ORA-01861': DATE,
  'ORA-01862': DATE,
  'ORA-01878': DATE,
  'ORA-01476': row(
    ['A division by zero.', '0으로 나누었습니다.'],
    ['Guard the divisor: NULLIF(x, 0).', 'NULLIF(x, 0)처럼 0을 막으세요.'],
  ),
  'ORA-01427': MANY_ROWS,
  'ORA-01422': MANY_ROWS,
  'ORA-30926': row(
    ['MERGE finds several source rows for one row of the table.', 'MERGE에서 한 행에 맞는 원본 행이 여러 개입니다.'],
    ['Narrow the source to one row for each key.', '키마다 한 행만 나오도록 원본을 좁히세요.'],
  ),
  'ORA-01403': row(
    ['A SELECT INTO of PL/SQL found no row.', 'PL/SQL의 SELECT INTO가 행을 찾지 못했습니다.'],
    ['Handle NO_DATA_FOUND in the block.', '블록에서 NO_DATA_FOUND를 처리하세요.'],
  ),
  'ORA-01489': TOO_LONG_TEXT,
  'ORA-22835': TOO_LONG_TEXT,
  'ORA-06502': row(
    ['A value does not fit its variable in PL/SQL: its kind or its length.', 'PL/SQL 변수에 값의 형식이나 길이가 맞지 않습니다.'],
    ['Look at the line that the message names; declare variables with %TYPE.', '메시지에 표시된 줄을 확인하고 변수를 %TYPE으로 선언하세요.'],
  ),
  'ORA-29275': row(
    ['A text holds a letter that was cut in the middle (partial multibyte character).', '문자가 중간에서 잘린 값이 있습니다(불완전한 멀티바이트 문자).'],
    ['Correct the data; use SUBSTR, which counts letters, and not SUBSTRB.', '데이터를 고치세요. 바이트 단위인 SUBSTRB 대신 글자 단위인 SUBSTR을 쓰세요.'],
  ),
  'NJS-105': NUMBER,
  'NJS-115': NUMBER,
};

/** ORA-20000 to ORA-20999: what the customer's own code raises; its text may hold values. */
export const RAISED_BY_APPLICATION = row(
  ["A trigger or procedure of the database's own raised this error.", 'DB의 트리거나 프로시저가 자체적으로 낸 오류입니다.'],
  ['Ask whoever wrote it what the number means.', '작성한 담당자에게 이 번호의 의미를 확인하세요.'],
);
