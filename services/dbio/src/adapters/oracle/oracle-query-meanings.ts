import type { Sentence } from '../../problem.js';
import type { Blame } from '../../source.js';

/** What Oracle means by refusing a query, what to do about it, and what is to blame. */
export interface Meaning {
  cause: Sentence;
  remedy: Sentence;
  blame: Blame;
}

const meaning = (blame: Blame) => (cause: Sentence, remedy: Sentence): Meaning => ({ cause, remedy, blame });
const query = meaning('query');
const moment = meaning('moment');

const SYNTAX = query(
  ['This is no correct SQL at this place.', '이 위치의 SQL 문법이 잘못되었습니다.'],
  ['Correct the syntax at or before this place.', '표시된 위치 또는 그 앞의 문법을 고치세요.'],
);
const NO_RIGHT = query(
  ['The user of this connection has no right to do this.', '이 연결의 사용자에게 권한이 없습니다.'],
  ['Ask the DBA for the right (GRANT SELECT, or UPDATE on the table of the Update Query).', 'DBA에게 권한(GRANT SELECT, 업데이트 쿼리의 테이블에는 UPDATE)을 요청하세요.'],
);
const NO_RIGHT_BEHIND_VIEW = query(
  ['The owner of the view has no right on a table behind it, or may not pass it on.', '뷰의 소유자에게 원본 테이블 권한이 없거나, 그 권한을 다른 사용자에게 줄 수 없습니다.'],
  ['Ask the DBA: GRANT … WITH GRANT OPTION to the owner of the view.', 'DBA에게 뷰 소유자에 대한 GRANT … WITH GRANT OPTION을 요청하세요.'],
);
const READ_ONLY = query(
  ['The query changes data, and Target and Mapping Queries run read-only.', '쿼리가 데이터를 변경합니다. 대상·매핑 쿼리는 읽기 전용으로 실행됩니다.'],
  ['Remove the function that changes data; only the Update Query may do so.', '데이터를 변경하는 함수를 빼세요. 데이터 변경은 업데이트 쿼리에서만 할 수 있습니다.'],
);
const BAD_BIND_NAME = query(
  ["A bind has the name of one of Oracle's own words, such as :date, :number or :size.", '바인드 이름이 :date, :number, :size처럼 Oracle 예약어입니다.'],
  ['Rename the column with AS in the query before (SELECT … AS send_date) and bind that name.', '앞 쿼리에서 AS로 컬럼 이름을 바꾸고(SELECT … AS send_date) 그 이름을 바인드하세요.'],
);
const BINDS = query(
  ['The binds of the statement are not those that were sent.', '문장의 바인드와 전달된 값이 맞지 않습니다.'],
  ['See that each :name stands outside of quotes and comments; report it if it does.', '각 :이름이 따옴표나 주석 밖에 있는지 확인하고, 맞게 썼다면 신고하세요.'],
);
const PLSQL_BLOCK = query(
  ['The PL/SQL block does not compile.', 'PL/SQL 블록을 컴파일할 수 없습니다.'],
  ['Correct it by the lines of the message; a missing right on a package shows in the same way.', '메시지에 표시된 줄을 고치세요. 패키지 실행 권한이 없을 때도 같은 오류가 납니다.'],
);
const CODE_INVALID = query(
  ['A view, function or trigger that the query uses does not compile any more.', '쿼리가 쓰는 뷰, 함수 또는 트리거가 유효하지 않습니다(컴파일 오류).'],
  ['Ask its owner to recompile it (ALTER … COMPILE).', '소유자에게 재컴파일(ALTER … COMPILE)을 요청하세요.'],
);
const SET_OPERATION = query(
  ['The SELECTs of a UNION do not have the same number or types of columns.', 'UNION으로 묶은 SELECT의 컬럼 개수 또는 형식이 다릅니다.'],
  ['Give each SELECT the same columns; TO_CHAR makes types equal.', '각 SELECT의 컬럼을 맞추세요. 형식은 TO_CHAR 등으로 맞출 수 있습니다.'],
);
const KIND_OF_COLUMN = query(
  ['A column has a type that a mail cannot show.', '메일에 쓸 수 없는 형식의 컬럼이 있습니다.'],
  ['Leave the column away, or convert it (TO_CHAR, CAST … AS VARCHAR2, XMLSERIALIZE).', '컬럼을 빼거나 변환하세요(TO_CHAR, CAST … AS VARCHAR2, XMLSERIALIZE).'],
);
const NATIONAL_COLUMN = query(
  ["A column is NVARCHAR2, NCHAR or NCLOB, and thin mode does not read the database's national character set (it must be AL16UTF16).", 'NVARCHAR2·NCHAR·NCLOB 컬럼인데 DB의 국가별 문자 집합이 Thin 모드에서 지원되지 않습니다(AL16UTF16이어야 함).'],
  [
    'Convert the column: CAST(column AS VARCHAR2(…)); or set ORACLE_CLIENT_MODE=thick and ORACLE_CLIENT_LIB_DIR for dbio and start it again.',
    'CAST(컬럼 AS VARCHAR2(…))로 변환하거나, dbio에 ORACLE_CLIENT_MODE=thick과 ORACLE_CLIENT_LIB_DIR을 설정하고 다시 시작하세요.',
  ],
);
const LOCKED = moment(
  ['Somebody else holds a lock on what the query needs.', '다른 세션이 필요한 행이나 객체를 잠그고 있습니다.'],
  ['Tank tries again by itself; if it stays, ask the DBA who holds the lock (V$LOCK, DBA_BLOCKERS).', 'Tank가 다시 시도합니다. 계속되면 DBA에게 누가 잠갔는지(V$LOCK, DBA_BLOCKERS) 확인하세요.'],
);
const DEADLOCK = moment(
  ['Two sessions waited for each other, and Oracle gave this one up.', '두 세션이 서로 기다려(교착 상태) Oracle이 이 세션의 문장을 취소했습니다.'],
  ['Tank tries again by itself; if it stays, compare the order in which the programs update rows.', 'Tank가 다시 시도합니다. 계속되면 프로그램들이 행을 갱신하는 순서를 비교하세요.'],
);
const CODE_REPLACED = moment(
  ['A package, table or view was changed while the query used it.', '쿼리가 사용하는 동안 패키지, 테이블 또는 뷰가 변경되었습니다.'],
  ['Tank tries again by itself.', 'Tank가 다시 시도합니다.'],
);

const SNAPSHOT_LOST = moment(
  ['The query ran so long that the old state of the rows is gone from the undo space (snapshot too old).', '쿼리가 오래 걸려 읽기 시점의 데이터가 언두 공간에서 사라졌습니다(snapshot too old).'],
  ['Make the query quicker, run it when less is written, or ask the DBA for more UNDO_RETENTION.', '쿼리를 개선하거나 변경이 적은 시간에 실행하거나, DBA에게 UNDO_RETENTION 확대를 요청하세요.'],
);
/** Not the query's fault: another use of the session left its transaction open. The session is thrown away. */
export const TRANSACTION_LEFT = moment(
  ['The session was still in the transaction of another query, which can only read.', '세션이 다른 쿼리의 읽기 전용 트랜잭션에 남아 있었습니다.'],
  ['Tank tries again by itself, in another session; if it stays, tell whoever maintains Tank.', 'Tank가 다른 세션으로 다시 시도합니다. 계속되면 Tank 담당자에게 알리세요.'],
);

/** Failures of a query that have nothing to do with the row. */
export const QUERY_MEANINGS: Record<string, Meaning> = {
  'ORA-00942': query(
    ['The table or view does not exist under this name, or this user may not see it.', '그 이름의 테이블이나 뷰가 없거나, 이 사용자에게 조회 권한이 없습니다.'],
    ['Correct the name, write the schema before it (SCHEMA.TABLE), or ask the DBA for GRANT SELECT.', '이름을 고치거나 앞에 스키마를 붙이거나(SCHEMA.TABLE), DBA에게 GRANT SELECT를 요청하세요.'],
  ),
  'ORA-00904': query(
    ['There is no such column, or a text stands in double quotes.', '그런 컬럼이 없거나, 문자열을 큰따옴표로 묶었습니다.'],
    ["Correct the column name; texts stand in single quotes ('Y').", "컬럼 이름을 고치세요. 문자열은 작은따옴표('Y')로 묶습니다."],
  ),
  'ORA-00900': query(
    ['This is no statement that Oracle knows.', 'Oracle이 아는 문장이 아닙니다.'],
    ['Write one SELECT, or for the Update Query one UPDATE, INSERT or MERGE.', 'SELECT, 업데이트 쿼리는 UPDATE·INSERT·MERGE 하나로 작성하세요.'],
  ),
  'ORA-00903': query(
    ['Where a table is expected there is no valid table name.', '테이블이 와야 할 곳에 올바른 테이블 이름이 없습니다.'],
    ["Correct the name; one of Oracle's own words must stand in double quotes.", '이름을 고치세요. 예약어라면 큰따옴표로 묶어야 합니다.'],
  ),
  'ORA-00907': query(
    ['A closing parenthesis is missing, or a word stands where Oracle expects one.', '닫는 괄호가 없거나, 괄호가 와야 할 곳에 다른 단어가 있습니다.'],
    ['Count the parentheses; ORDER BY within a subquery of IN shows the same error.', '괄호의 짝을 확인하세요. IN 하위 쿼리 안의 ORDER BY도 같은 오류를 냅니다.'],
  ),
  'ORA-00911': query(
    ['There is a character that SQL does not know, such as a semicolon or a curly quote from a word processor.', 'SQL에서 쓸 수 없는 문자가 있습니다(세미콜론, 문서 편집기의 둥근 따옴표 등).'],
    ['Remove the character at this place.', '표시된 위치의 문자를 빼세요.'],
  ),
  'ORA-00918': query(
    ['Several tables have a column of this name.', '그 이름의 컬럼이 여러 테이블에 있습니다.'],
    ['Write the table before the column name.', '컬럼 이름 앞에 테이블(별칭)을 붙이세요.'],
  ),
  'ORA-00923': query(
    ['FROM is missing, or a comma is missing between two columns.', 'FROM이 없거나 컬럼 사이에 쉼표가 빠졌습니다.'],
    ["Add it; before 23ai a SELECT without a table needs FROM dual.", '빠진 것을 넣으세요. 23ai 이전에는 테이블 없는 SELECT에도 FROM dual이 필요합니다.'],
  ),
  'ORA-00932': query(
    ['The types on both sides do not fit.', '양쪽의 데이터 형식이 맞지 않습니다.'],
    ['Convert one of them with TO_NUMBER, TO_DATE or TO_CHAR; a CLOB cannot be compared or grouped.', 'TO_NUMBER, TO_DATE, TO_CHAR로 맞추세요. CLOB은 비교하거나 그룹으로 묶을 수 없습니다.'],
  ),
  'ORA-00933': query(
    ['After the end of the statement there is something more, or a clause stands at the wrong place.', '문장이 끝난 뒤에 다른 내용이 있거나 절의 순서가 틀립니다.'],
    ['Correct the part at this place; Oracle knows no LIMIT (FETCH FIRST n ROWS ONLY) and no AS before the alias of a table.', '표시된 부분을 고치세요. Oracle에는 LIMIT이 없고(FETCH FIRST n ROWS ONLY), 테이블 별칭 앞에 AS를 쓸 수 없습니다.'],
  ),
  'ORA-00936': query(
    ['An expression is missing: two commas, a comma before FROM, or nothing behind an operator.', '표현식이 없습니다(연속된 쉼표, FROM 앞의 쉼표, 연산자 뒤의 누락 등).'],
    ['Complete or remove it at this place.', '표시된 위치를 채우거나 빼세요.'],
  ),
  'ORA-00937': query(
    ['Columns stand beside an aggregate such as COUNT without a GROUP BY.', 'COUNT 같은 집계와 일반 컬럼을 GROUP BY 없이 함께 썼습니다.'],
    ['Add the GROUP BY.', 'GROUP BY를 추가하세요.'],
  ),
  'ORA-00979': query(
    ['A column is neither in the GROUP BY nor within an aggregate.', 'GROUP BY에도 집계 함수에도 없는 컬럼이 있습니다.'],
    ['Add it to the GROUP BY.', 'GROUP BY에 추가하세요.'],
  ),
  'ORA-00972': query(
    ['A name is too long: 30 bytes up to 12.1, 128 bytes since 12.2; a Korean letter has 2 or 3.', '이름이 너무 깁니다(12.1까지 30바이트, 12.2부터 128바이트, 한글은 글자당 2~3바이트).'],
    ['Choose a shorter alias.', '더 짧은 별칭을 쓰세요.'],
  ),
  'ORA-00980': query(
    ['A synonym points to what does not exist any more.', '동의어(synonym)가 가리키는 대상이 없습니다.'],
    ['Ask the DBA to correct the synonym, or write SCHEMA.TABLE.', 'DBA에게 동의어 수정을 요청하거나 SCHEMA.TABLE로 쓰세요.'],
  ),
  'ORA-01008': BINDS,
  'ORA-01036': BAD_BIND_NAME,
  'ORA-01745': BAD_BIND_NAME,
  'NJS-097': BINDS,
  'NJS-098': BINDS,
  'NJS-137': BINDS,
  'ORA-01031': NO_RIGHT,
  'ORA-00990': NO_RIGHT,
  'ORA-41900': NO_RIGHT,
  'ORA-01039': NO_RIGHT_BEHIND_VIEW,
  'ORA-01720': NO_RIGHT_BEHIND_VIEW,
  'ORA-01456': READ_ONLY,
  'ORA-14551': READ_ONLY,
  'ORA-14552': READ_ONLY,
  'ORA-01756': query(
    ['A text is not closed with a single quote.', '문자열이 작은따옴표로 닫히지 않았습니다.'],
    ["Close it; a quote within the text is written twice ('').", "닫으세요. 문자열 안의 작은따옴표는 두 번('') 씁니다."],
  ),
  'ORA-01789': SET_OPERATION,
  'ORA-01790': SET_OPERATION,
  'ORA-01732': query(
    ['This view does not allow its rows to be changed.', '이 뷰로는 데이터를 변경할 수 없습니다.'],
    ['Write the table behind the view in the Update Query.', '업데이트 쿼리에 뷰의 원본 테이블을 쓰세요.'],
  ),
  'ORA-01779': query(
    ['The UPDATE goes through a join in which a row is not found by its key.', '조인 결과를 갱신하는데 키로 한 행이 정해지지 않습니다.'],
    ['Write it as MERGE, or with WHERE … IN (SELECT …) on the table itself.', 'MERGE로 쓰거나, 테이블에 직접 WHERE … IN (SELECT …)으로 쓰세요.'],
  ),
  'ORA-02019': query(
    ['There is no database link of this name.', '그 이름의 데이터베이스 링크가 없습니다.'],
    ['Correct the name behind the @, or ask the DBA.', '@ 뒤의 이름을 고치거나 DBA에게 문의하세요.'],
  ),
  'ORA-04063': CODE_INVALID,
  'ORA-04098': CODE_INVALID,
  'ORA-06575': CODE_INVALID,
  'ORA-06550': PLSQL_BLOCK,
  'ORA-06576': query(
    ['The function or procedure does not exist, or this user may not run it.', '함수나 프로시저가 없거나, 이 사용자에게 실행 권한이 없습니다.'],
    ['Correct the name, or ask the DBA for GRANT EXECUTE.', '이름을 고치거나 DBA에게 GRANT EXECUTE를 요청하세요.'],
  ),
  'ORA-38104': query(
    ['MERGE sets a column that its ON clause compares.', 'MERGE의 ON 절에서 비교하는 컬럼을 갱신하려 했습니다.'],
    ['Set other columns only, or compare in a WHERE of the UPDATE clause.', '다른 컬럼만 갱신하거나, 비교를 UPDATE 절의 WHERE로 옮기세요.'],
  ),
  'NJS-100': NATIONAL_COLUMN,
  'NJS-192': NATIONAL_COLUMN,
  'NJS-010': KIND_OF_COLUMN,
  'NJS-109': KIND_OF_COLUMN,
  'NJS-110': KIND_OF_COLUMN,
  'NJS-119': KIND_OF_COLUMN,
  'NJS-130': KIND_OF_COLUMN,
  'NJS-201': query(
    ["A column is TIMESTAMP WITH LOCAL TIME ZONE and the database's own zone (DBTIMEZONE) is a region.", 'TIMESTAMP WITH LOCAL TIME ZONE 컬럼인데 DB 시간대(DBTIMEZONE)가 지역 이름입니다.'],
    ['Convert it: CAST(column AS TIMESTAMP) or TO_CHAR.', 'CAST(컬럼 AS TIMESTAMP) 또는 TO_CHAR로 변환하세요.'],
  ),
  'ORA-00054': LOCKED,
  'ORA-04021': LOCKED,
  'ORA-30006': LOCKED,
  'ORA-00060': DEADLOCK,
  'ORA-04020': DEADLOCK,
  'ORA-04061': CODE_REPLACED,
  'ORA-04065': CODE_REPLACED,
  'ORA-04068': CODE_REPLACED,
  'ORA-08103': CODE_REPLACED,
  'ORA-08177': LOCKED,
  'ORA-01466': CODE_REPLACED,
  'ORA-01453': TRANSACTION_LEFT,
  'ORA-01555': SNAPSHOT_LOST,
  'ORA-08176': SNAPSHOT_LOST,
  'ORA-02049': LOCKED,
  'ORA-12829': DEADLOCK,
  'ORA-01591': moment(
    ['A row is locked by a distributed transaction that was never finished (in doubt).', '완료되지 않은 분산 트랜잭션(in-doubt)이 행을 잠그고 있습니다.'],
    ['Ask the DBA to commit or roll it back (DBA_2PC_PENDING); Tank tries again by itself.', 'DBA에게 해당 트랜잭션의 커밋 또는 롤백(DBA_2PC_PENDING)을 요청하세요. Tank가 다시 시도합니다.'],
  ),
  'ORA-02050': moment(
    ['A transaction that reaches over a database link was taken back.', '데이터베이스 링크를 넘는 트랜잭션이 롤백되었습니다.'],
    ['Tank tries again by itself; if it stays, ask the DBA about the link and DBA_2PC_PENDING.', 'Tank가 다시 시도합니다. 계속되면 DBA에게 링크와 DBA_2PC_PENDING을 확인하세요.'],
  ),
  'ORA-01000': moment(
    ['The session has as many open cursors as the database allows.', '세션에서 열린 커서 수가 DB의 한도에 도달했습니다.'],
    ['Ask the DBA for a larger OPEN_CURSORS; look for functions of the query that open cursors and leave them open.', 'DBA에게 OPEN_CURSORS 확대를 요청하고, 쿼리가 부르는 함수가 커서를 닫는지 확인하세요.'],
  ),
  'ORA-12805': moment(
    ['A process that worked on the query in parallel died.', '쿼리를 병렬로 처리하던 프로세스가 종료되었습니다.'],
    ['Tank tries again by itself; if it stays, ask the DBA to look into the alert log.', 'Tank가 다시 시도합니다. 계속되면 DBA에게 alert 로그 확인을 요청하세요.'],
  ),
  'ORA-01013': moment(
    ['The statement was cancelled, by Tank at a time limit or by a DBA.', '문장이 취소되었습니다(Tank의 제한 시간 또는 DBA의 취소).'],
    ['See whether the query waits for a lock or needs an index; ask the DBA if it was cancelled on purpose.', '쿼리가 잠금을 기다리는지, 인덱스가 필요한지 확인하세요. DBA가 취소했는지도 확인하세요.'],
  ),
};

const SYNTAX_CODES = /^ORA-(009\d\d|0174[07]|01785|01791|0304[789]|0305\d|32034)$/;

export function queryMeaning(code: string): Meaning | undefined {
  return QUERY_MEANINGS[code] ?? (SYNTAX_CODES.test(code) ? SYNTAX : undefined);
}

/** Another database, reached through a link, failed: this connection itself is in order. */
export const LINK_REFUSED = query(
  ['The query asks another database through a database link, and that one refused the link.', '쿼리가 데이터베이스 링크로 다른 DB를 조회하는데, 그 DB가 링크 접속을 거부했습니다.'],
  ['Ask the DBA to correct the user, password or address of the database link.', 'DBA에게 데이터베이스 링크의 사용자·비밀번호·주소 수정을 요청하세요.'],
);
export const LINK_AWAY = moment(
  ['The query asks another database through a database link, and that one cannot be reached now.', '쿼리가 데이터베이스 링크로 다른 DB를 조회하는데, 지금 그 DB에 연결할 수 없습니다.'],
  ['Ask the DBA of the other database; Tank tries again by itself.', '상대 DB의 담당자에게 확인하세요. Tank가 다시 시도합니다.'],
);

export const UNKNOWN_REFUSAL = query(
  ['The database refused the query.', 'DB가 쿼리를 거부했습니다.'],
  ["Look the code up in Oracle's Database Error Messages, or ask the DBA.", 'Oracle 오류 메시지 매뉴얼에서 코드를 찾거나 DBA에게 문의하세요.'],
);
