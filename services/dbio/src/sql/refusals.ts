import type { QueryRefusal } from './query-problem.js';

/*
 * What Tank says of a query that it does not pass on to the database. Each code is explained in docs/what-can-go-wrong.md.
 */
export const EMPTY_QUERY: QueryRefusal = {
  code: 'EMPTY_QUERY',
  message: ['The query is empty.', '쿼리가 비어 있습니다.'],
  remedy: ['Write a statement.', '쿼리를 작성하세요.'],
};

export const UNCLOSED: QueryRefusal = {
  code: 'UNCLOSED',
  message: ['A string, a quoted name or a comment that begins here is not closed.', '여기서 시작한 문자열, 따옴표 이름 또는 주석이 닫히지 않았습니다.'],
  remedy: ['Close it.', '닫는 기호를 넣으세요.'],
};

export const SEVERAL_STATEMENTS: QueryRefusal = {
  code: 'SEVERAL_STATEMENTS',
  message: ['There is more than one statement.', '문장이 두 개 이상입니다.'],
  remedy: ['Keep one statement; only its end may have a semicolon.', '문장을 하나만 남기세요. 세미콜론은 끝에만 쓸 수 있습니다.'],
};

export const NOT_AN_UPDATE: QueryRefusal = {
  code: 'NOT_AN_UPDATE',
  message: ['The Update Query is not one UPDATE, INSERT or MERGE.', '업데이트 쿼리가 UPDATE, INSERT, MERGE 문 하나가 아닙니다.'],
  remedy: ['Write one UPDATE, INSERT or MERGE statement.', 'UPDATE, INSERT, MERGE 중 하나로 작성하세요.'],
};

export const UPDATE_WITHOUT_WHERE: QueryRefusal = {
  code: 'UPDATE_WITHOUT_WHERE',
  message: ['This UPDATE has no WHERE: each mail would change every row.', 'UPDATE에 WHERE가 없어 메일마다 모든 행이 바뀝니다.'],
  remedy: ["Name the recipient's row, such as WHERE customer_id = :customer_id.", 'WHERE customer_id = :customer_id처럼 수신자의 행을 지정하세요.'],
};

export const DATA_CHANGED_WITHIN: QueryRefusal = {
  code: 'DATA_CHANGED_WITHIN',
  message: ['A subquery changes data.', '하위 쿼리가 데이터를 변경합니다.'],
  remedy: ['Only the Update Query changes data, in its main statement.', '데이터 변경은 업데이트 쿼리의 주 문장에서만 할 수 있습니다.'],
};

export const SELECT_INTO: QueryRefusal = {
  code: 'SELECT_INTO',
  message: ['SELECT … INTO would make a table.', 'SELECT … INTO는 테이블을 만듭니다.'],
  remedy: ['Remove the INTO.', 'INTO를 빼세요.'],
};

export const ROW_LOCK: QueryRefusal = {
  code: 'ROW_LOCK',
  message: ['FOR UPDATE and FOR SHARE would lock the rows.', 'FOR UPDATE, FOR SHARE는 행을 잠급니다.'],
  remedy: ['Remove the locking clause.', '잠금 절을 빼세요.'],
};

export const PLSQL_NOT_ALLOWED: QueryRefusal = {
  code: 'PLSQL_NOT_ALLOWED',
  message: ['PL/SQL is not allowed on this connection.', '이 연결에서는 PL/SQL을 쓸 수 없습니다.'],
  remedy: [
    'Write one UPDATE, INSERT or MERGE; or an administrator allows PL/SQL on the connection (limits.allowPlSql).',
    'UPDATE, INSERT, MERGE 중 하나로 작성하거나, 관리자가 연결에서 PL/SQL을 허용하세요(limits.allowPlSql).',
  ],
};

export const PLSQL_NOT_ONE_BLOCK: QueryRefusal = {
  code: 'PLSQL_NOT_ONE_BLOCK',
  message: ['The PL/SQL is not one block: it does not finish with END.', 'PL/SQL이 END로 끝나는 블록 하나가 아닙니다.'],
  remedy: ['Write one BEGIN … END; with nothing behind it.', 'BEGIN … END; 하나만 쓰고 뒤에는 아무것도 두지 마세요.'],
};

export const RETURNING_INTO: QueryRefusal = {
  code: 'RETURNING_INTO',
  message: ['RETURNING … INTO gives values back, which nobody takes.', 'RETURNING … INTO로 돌려주는 값은 쓰이지 않습니다.'],
  remedy: ['Remove the RETURNING clause.', 'RETURNING 절을 빼세요.'],
};

export const LINE_ENDS: QueryRefusal = {
  code: 'LINE_ENDS',
  message: ['A line ends with a carriage return alone, which not every reader of SQL takes for an end.', '줄이 CR 문자만으로 끝나 있어 줄 끝으로 인식되지 않을 수 있습니다.'],
  remedy: ['Save the query with line feeds (LF or CRLF) and paste it again.', '줄 끝을 LF 또는 CRLF로 저장한 뒤 다시 붙여 넣으세요.'],
};

export function notASelect(purpose: 'target' | 'mapping'): QueryRefusal {
  const [english, korean] = purpose === 'target' ? ['Target', '대상'] : ['Mapping', '매핑'];
  return {
    code: 'NOT_A_SELECT',
    message: [`The ${english} Query is not one SELECT.`, `${korean} 쿼리가 SELECT 문 하나가 아닙니다.`],
    remedy: ['Write one SELECT, or WITH … SELECT.', 'SELECT 또는 WITH … SELECT 하나로 작성하세요.'],
  };
}

export function positionalBind(written: string): QueryRefusal {
  return {
    code: 'POSITIONAL_BIND',
    message: [`${written} is not a bind that Tank knows.`, `${written} 형식의 바인드는 쓸 수 없습니다.`],
    remedy: ['Name a column instead, such as :customer_id.', ':customer_id처럼 컬럼 이름을 쓰세요.'],
  };
}

export function unknownBindRefusal(bind: string, bindable: string[]): QueryRefusal {
  const offered = bindable.map((name) => `:${name}`).join(', ');
  return {
    code: 'UNKNOWN_BIND',
    message: [`No column is called ${bind}, or more than one is.`, `바인드 :${bind}에 맞는 컬럼이 없거나, 대소문자만 다른 컬럼이 여러 개입니다.`],
    remedy: bindable.length > 0
      ? [`It may bind: ${offered}.`, `쓸 수 있는 바인드: ${offered}.`]
      : ['This query may bind nothing.', '이 쿼리에는 바인드를 쓸 수 없습니다.'],
  };
}

export function duplicateColumn(name: string): QueryRefusal {
  return {
    code: 'DUPLICATE_COLUMN',
    message: [`Two columns of the result are called ${name}.`, `결과에 이름이 같은 컬럼이 두 개 있습니다: ${name}.`],
    remedy: ['Give one of them another name with AS.', 'AS로 둘 중 하나의 이름을 바꾸세요.'],
  };
}

/** @param said which column, and its type. */
export function columnType(said: string): QueryRefusal {
  return {
    code: 'COLUMN_TYPE',
    message: [`${said} No mail can show it.`, `메일에 쓸 수 없는 형식의 컬럼입니다. ${said}`],
    remedy: [
      'Leave the column away, or convert it (TO_CHAR, CAST … AS VARCHAR2, XMLSERIALIZE).',
      '컬럼을 빼거나 변환하세요(TO_CHAR, CAST … AS VARCHAR2, XMLSERIALIZE).',
    ],
  };
}
