import type { Sentence } from '../../problem.js';

/** What PostgreSQL means by refusing a query, and what to do about it; its own words stand beside this. */
export interface Meaning {
  cause: Sentence;
  remedy: Sentence;
}

const typeOfBind: Meaning = {
  cause: ['The type of a bind cannot be told from its place.', '쓰인 위치만으로는 바인드의 형식을 알 수 없습니다.'],
  remedy: ['Say the type of the bind, such as CAST(:name AS text).', 'CAST(:name AS text)처럼 바인드의 형식을 지정하세요.'],
};

/** By SQLSTATE, else by its class (the first two characters). */
const MEANINGS: Record<string, Meaning> = {
  '42601': {
    cause: ['This is no correct SQL at this place.', '이 위치의 SQL 문법이 잘못되었습니다.'],
    remedy: ['Correct the syntax at this place.', '표시된 위치의 문법을 고치세요.'],
  },
  '42P01': {
    cause: ['The table does not exist under this name, or not in the schemas that this user searches.', '그 이름의 테이블이 없거나, 이 사용자가 찾는 스키마에 없습니다.'],
    remedy: [
      'Correct the table name, write its schema before it, or give the user of this connection the right to see it.',
      '테이블 이름을 고치거나 앞에 스키마를 붙이거나, 이 연결의 사용자에게 조회 권한을 주세요.',
    ],
  },
  '42703': {
    cause: ['No table of the query has a column of this name.', '쿼리의 테이블에 그 이름의 컬럼이 없습니다.'],
    remedy: ['Correct the column name.', '컬럼 이름을 고치세요.'],
  },
  '42702': {
    cause: ['Several tables have a column of this name.', '그 이름의 컬럼이 여러 테이블에 있습니다.'],
    remedy: ['Write the table before the column name.', '컬럼 이름 앞에 테이블을 붙이세요.'],
  },
  '42883': {
    cause: ['There is no such function or operator for arguments of these types.', '이 형식의 인수를 받는 함수나 연산자가 없습니다.'],
    remedy: ['Correct the name or the types of its arguments; a CAST may help.', '이름이나 인수의 형식을 고치세요. CAST가 필요할 수 있습니다.'],
  },
  '42804': {
    cause: ['The types on both sides do not fit.', '양쪽의 데이터 형식이 맞지 않습니다.'],
    remedy: ['Write a CAST, such as CAST(:name AS integer).', 'CAST(:name AS integer)처럼 형 변환을 넣으세요.'],
  },
  '42501': {
    cause: ['The user of this connection has no right to do this.', '이 연결의 사용자에게 권한이 없습니다.'],
    remedy: ['Ask the DBA for the right to do this.', 'DBA에게 필요한 권한을 요청하세요.'],
  },
  '42P18': typeOfBind,
  '42P08': typeOfBind,
  '25006': {
    cause: ['The query changes data, and Target and Mapping Queries run read-only.', '쿼리가 데이터를 변경합니다. 대상·매핑 쿼리는 읽기 전용으로 실행됩니다.'],
    remedy: ['Only the Update Query may change data.', '데이터 변경은 업데이트 쿼리에서만 하세요.'],
  },
  '21': {
    cause: ['A subquery gives more rows than fit its place.', '하위 쿼리의 결과 행이 위치에 비해 많습니다.'],
    remedy: ['Narrow the subquery to one row.', '하위 쿼리가 한 행만 내도록 조건을 추가하세요.'],
  },
  '22': {
    cause: ['A value does not fit: its form, its size or the calculation with it.', '값의 형식이나 크기가 맞지 않거나 그 값으로 계산할 수 없습니다.'],
    remedy: ['Correct the data, or make the query bear such values.', '데이터를 고치거나 그런 값도 처리하도록 쿼리를 고치세요.'],
  },
  '23': {
    cause: ['The row would break a rule of the table (a constraint).', '테이블의 제약 조건에 어긋나는 행입니다.'],
    remedy: ['Look at the constraint that is named, and at the values of this row.', '표시된 제약 조건과 이 행의 값을 확인하세요.'],
  },
  '40': {
    cause: ['Another transaction was in the way.', '다른 트랜잭션과 충돌했습니다.'],
    remedy: ['Tank tries again by itself; if it stays, ask the DBA who holds the lock.', 'Tank가 다시 시도합니다. 계속되면 DBA에게 잠금을 확인하세요.'],
  },
  '42': {
    cause: ['The database cannot make sense of the query.', 'DB가 쿼리를 해석하지 못했습니다.'],
    remedy: ['Correct the query by the words of the database.', 'DB의 설명에 따라 쿼리를 고치세요.'],
  },
  '44': {
    cause: ['The row would not be seen through the view any more (WITH CHECK OPTION).', '뷰의 조건(WITH CHECK OPTION)에 어긋나는 행입니다.'],
    remedy: ['Look at the condition of the view, and at the values of this row.', '뷰의 조건과 이 행의 값을 확인하세요.'],
  },
  '55': {
    cause: ['What the query needs is in use or locked by somebody else.', '필요한 대상을 다른 세션이 사용 중이거나 잠갔습니다.'],
    remedy: ['Tank tries again by itself; if it stays, ask the DBA who holds the lock.', 'Tank가 다시 시도합니다. 계속되면 DBA에게 잠금을 확인하세요.'],
  },
  P0: {
    cause: ['A function or trigger of the database raised an error of its own.', 'DB의 함수나 트리거가 자체 오류를 냈습니다.'],
    remedy: ['Ask whoever wrote it what it means.', '작성한 담당자에게 의미를 확인하세요.'],
  },
};

const UNKNOWN: Meaning = {
  cause: ['The database refused the query.', 'DB가 쿼리를 거부했습니다.'],
  remedy: ['Look the code up in the PostgreSQL manual (Appendix A), or ask the DBA.', 'PostgreSQL 매뉴얼 부록 A에서 코드를 찾거나 DBA에게 문의하세요.'],
};

export function meaningOf(sqlState: string): Meaning {
  return MEANINGS[sqlState] ?? MEANINGS[sqlState.slice(0, 2)] ?? UNKNOWN;
}
