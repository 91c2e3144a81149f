import type { ErrorCode, InBoth } from '@tank/contracts';

/** What a code means, and what to do. docs/what-can-go-wrong.md has the same at length. */
export interface CodeWords {
  message: InBoth;
  remedy: InBoth;
}

const NONE: InBoth = ['None is needed.', '필요한 조치가 없습니다.'];
const TEST_AND_RESUME: InBoth = [
  'Correct the connection until POST /api/connection/:id/test succeeds, then resume the run.', 'POST /api/connection/:id/test가 성공하도록 연결을 고친 뒤 실행을 재개하세요.',
];
const ASK_DBA: InBoth = ['Ask the DBA; Tank tries again by itself.', 'DBA에게 문의하세요. Tank가 스스로 다시 시도합니다.'];
const TEST_IT: InBoth = [
  'Correct the connection until POST /api/connection/:id/test succeeds; the run goes on by itself.', 'POST /api/connection/:id/test가 성공하도록 연결을 고치세요. 실행은 저절로 계속됩니다.',
];
const CORRECT_AND_START: InBoth = ['Correct and activate the automation, and start the run again.', '자동화를 고쳐 활성화하고 다시 실행하세요.'];
const SETTLE_WITH_AWS: InBoth = ['Settle it with AWS, then resume the run.', 'AWS에서 해결한 뒤 실행을 재개하세요.'];

export const OF_MAILS: Record<ErrorCode, CodeWords> = {
  RECIPIENT_KEY_EMPTY: {
    message: ['The recipient key of this row is empty.', '이 행의 수신자 키가 비어 있습니다.'], remedy: ['Correct the data, or exclude such rows in the query.', '데이터를 고치거나 쿼리에서 제외하세요.'],
  },
  RECIPIENT_KEY_DUPLICATED: {
    message: ['Several rows have this recipient key; none of them is sent.', '같은 수신자 키가 여러 행에 있어 모두 발송하지 않습니다.'], remedy: ['Make the query give one row for each key.', '키마다 한 행만 나오도록 쿼리를 고치세요.'],
  },
  MAPPING_NO_ROW: {
    message: ['The Mapping Query gives no row for this recipient.', '이 수신자에 대한 매핑 쿼리 결과가 없습니다.'], remedy: ['Run it with the values of this row.', '이 행의 값으로 쿼리를 실행해 보세요.'],
  },
  MAPPING_MANY_ROWS: {
    message: ['The Mapping Query gives more than one row for this recipient.', '이 수신자에 대한 매핑 쿼리 결과가 두 행 이상입니다.'], remedy: ['Add the missing condition, or aggregate.', '빠진 조건을 넣거나 집계하세요.'],
  },
  MAPPING_FAILED: {
    message: ['The Mapping Query failed with the values of this recipient.', '이 수신자의 값으로 매핑 쿼리를 실행하지 못했습니다.'], remedy: ['Correct the data, or make the query bear it.', '데이터를 고치거나 쿼리가 그런 값을 처리하게 하세요.'],
  },
  NOT_FOUND: {
    message: ['No file matches a rule.', '규칙에 맞는 파일이 없습니다.'], remedy: ['See attachmentChecks: the pattern, whether the file was made, the business date.', 'attachmentChecks에서 패턴, 파일 생성 여부, 기준일을 확인하세요.'],
  },
  INVALID: {
    message: ['A file was found that must not be sent, or its rule takes files of anybody.', '파일은 있으나 보낼 수 없거나, 규칙이 다른 사람의 파일과도 맞습니다.'],
    remedy: ['See attachmentChecks; make the file again, or correct the rule.', 'attachmentChecks를 보고 파일을 다시 만들거나 규칙을 고치세요.'],
  },
  DUPLICATED: {
    message: ['It is not sure whose file it is: several match, or several recipients claim it.', '누구의 파일인지 알 수 없습니다. 여러 파일이 맞거나 여러 수신자가 같은 파일을 가리킵니다.'],
    remedy: ['See attachmentChecks; remove the surplus file, or narrow the pattern.', 'attachmentChecks를 보고 불필요한 파일을 지우거나 패턴을 좁히세요.'],
  },
  TEMPLATE_VALUE_MISSING: {
    message: ['A column of the template has no value in this row.', '템플릿의 컬럼 값이 이 행에 없습니다.'], remedy: ['Correct the data, or give the column a default.', '데이터를 고치거나 컬럼에 기본값을 지정하세요.'],
  },
  TEMPLATE_FAILED: {
    message: ['The template cannot be filled with this row.', '이 행으로 템플릿을 채울 수 없습니다.'], remedy: ['Try the row in the preview, and correct the template or the data.', '미리보기로 그 행을 확인하고 템플릿이나 데이터를 고치세요.'],
  },
  BAD_ADDRESS: {
    message: ['The address is not one that can be sent to; nothing was sent.', '발송할 수 있는 메일 주소가 아니어서 발송하지 않았습니다.'], remedy: ['Correct it in the data.', '데이터의 주소를 고치세요.'],
  },
  FILE_CHANGED: {
    message: ['A file was changed or removed after it had been checked; nothing was sent.', '확인한 뒤 발송 전에 파일이 바뀌거나 삭제되어 발송하지 않았습니다.'],
    remedy: ['Let the batch finish writing before the run starts.', '파일을 모두 쓴 뒤에 실행이 시작되게 하세요.'],
  },
  MAIL_TOO_LARGE: {
    message: ['With its files the mail is larger than SES takes.', '첨부를 포함한 메일이 SES 허용 크기를 넘습니다.'], remedy: ['Use smaller or fewer files.', '파일의 크기나 수를 줄이세요.'],
  },
  SES_REJECTED: {
    message: ['SES refused this mail for good.', 'SES가 이 메일을 거절했습니다.'], remedy: ['Correct what errorDetail names: address, content, a virus.', 'errorDetail에 있는 원인(주소, 본문, 바이러스)을 고치세요.'],
  },
  SES_FAILED: {
    message: ['SES answered with errors; the mail was certainly not sent.', 'SES가 오류로 응답했습니다. 발송되지 않은 것이 확실합니다.'], remedy: ['See the AWS Health dashboard, then send it again.', 'AWS Health를 확인한 뒤 다시 보내세요.'],
  },
  SES_UNKNOWN: {
    message: ['It is not known whether SES took the mail; it is not sent again by itself.', 'SES가 메일을 접수했는지 알 수 없습니다. 자동으로 다시 보내지 않습니다.'],
    remedy: ['Find it out, then settle it: POST /api/mail/:id/settle.', '확인한 뒤 POST /api/mail/:id/settle로 확정하세요.'],
  },
  SES_NOT_TAKEN: {
    message: ['The mail was in doubt, and an operator found that SES did not take it.', '발송 여부가 불명이었으나 운영자가 SES에 접수되지 않았음을 확인했습니다.'],
    remedy: ['If it is still wanted, send it again: POST /api/run/:id/resend.', '필요하면 POST /api/run/:id/resend로 다시 보내세요.'],
  },
  MESSAGE_TOO_LARGE: {
    message: ['The row with the text is larger than 1 MB.', '행과 본문이 1 MB를 넘습니다.'], remedy: ['Select fewer columns, or shorten the template.', '컬럼을 줄이거나 템플릿을 줄이세요.'],
  },
  RUN_STOPPED: {
    message: ['The run ended as FAIL before this mail; it was not sent.', '이 메일을 보내기 전에 실행이 FAIL로 끝나 발송되지 않았습니다.'],
    remedy: ['Correct what the run\'s reason names, then send the rest: POST /api/run/:id/resend.', '실행의 reason을 해결한 뒤 POST /api/run/:id/resend로 나머지를 보내세요.'],
  },
  RUN_CANCELED: { message: ['The run was canceled before this mail; it was not sent.', '이 메일을 보내기 전에 실행이 취소되어 발송되지 않았습니다.'], remedy: NONE },
  DEFECT: {
    message: ['A step failed for a reason nobody foresaw; SES was not called.', '예상하지 못한 이유로 처리에 실패했습니다. SES를 호출하지 않았습니다.'], remedy: ['Report it; the logs have the cause.', '신고하세요. 로그에 원인이 있습니다.'],
  },
};

/** Beside those of a file rule that stopped the run, and DEFECT. */
export const OF_RUNS: Record<string, CodeWords> = {
  TARGET_QUERY_MISSING: { message: ['The version has no Target Query or no connection.', '버전에 대상 쿼리나 연결이 없습니다.'], remedy: CORRECT_AND_START },
  TARGET_QUERY_FAILED: { message: ['The database refused the Target Query, or a value in its result.', 'DB가 대상 쿼리 또는 결과의 값을 거부했습니다.'], remedy: CORRECT_AND_START },
  TARGET_ROW_TOO_LARGE: {
    message: ['A row of the Target Query has more than 256 KB.', '대상 쿼리의 한 행이 256 KB를 넘습니다.'], remedy: ['Select only the columns that a mail needs.', '메일에 필요한 컬럼만 조회하세요.'],
  },
  TARGET_ROW_LIMIT: {
    message: ['The Target Query has more rows than the connection allows; nothing was sent.', '대상 쿼리의 행이 연결의 한도보다 많아 아무것도 보내지 않았습니다.'],
    remedy: ['If so many are meant, raise limits.rowLimit of the connection and start the run again.', '의도한 건수라면 연결의 limits.rowLimit을 높이고 다시 실행하세요.'],
  },
  RECIPIENT_KEY_COLUMN_MISSING: { message: ['The result has no column, or several, of the name in recipient.keyColumn.', '결과에 recipient.keyColumn 이름의 컬럼이 없거나 여러 개입니다.'], remedy: CORRECT_AND_START },
  SENDER_MISSING: { message: ['The version has no sender address.', '버전에 발신 주소가 없습니다.'], remedy: CORRECT_AND_START },
  CONNECTION_MISSING: {
    message: ['The connection of the automation does not exist any more.', '자동화의 연결이 더 이상 없습니다.'],
    remedy: ['Choose another and activate; start the run again, or cancel a paused one and send its rest again.', '다른 연결을 선택해 활성화하고 다시 실행하세요. 일시 정지된 실행은 취소한 뒤 나머지를 다시 보내세요.'],
  },
  MAPPING_QUERY_FAILED: {
    message: ['The database refuses the Mapping Query for every recipient.', 'DB가 모든 수신자에 대해 매핑 쿼리를 거부합니다.'],
    remedy: ['Put right what it reads and resume; if the query is wrong, cancel, correct, and send the rest again.', '조회 대상을 바로잡고 재개하세요. 쿼리가 잘못되었다면 취소하고 고친 뒤 나머지를 다시 보내세요.'],
  },
  EARLIER_RUN_OPEN: {
    message: ['An earlier run of the automation has not ended.', '같은 자동화의 이전 실행이 끝나지 않았습니다.'], remedy: ['See why that one does not end.', '이전 실행이 끝나지 않는 이유를 확인하세요.'],
  },
  PAUSED_BY_OPERATOR: { message: ['Somebody paused the run.', '누군가 실행을 일시 정지했습니다.'], remedy: ['Resume or cancel it.', '재개하거나 취소하세요.'] },
  CANCELED_BY_OPERATOR: { message: ['Somebody canceled the run.', '누군가 실행을 취소했습니다.'], remedy: NONE },
  SOURCE_FORBIDDEN_HOURS: { message: ['Nothing may be read from the database at this hour; the run waits.', '지금은 DB를 조회할 수 없는 시간대여서 기다립니다.'], remedy: NONE },
  SOURCE_REFUSED: { message: ['Nothing listens on host and port.', '해당 호스트·포트에서 응답하는 서버가 없습니다.'], remedy: ['Start the database and its listener, or correct host and port.', 'DB와 리스너를 시작하거나 호스트·포트를 고치세요.'] },
  SOURCE_UNREACHABLE: { message: ['No way leads to the database.', 'DB까지 네트워크가 연결되지 않습니다.'], remedy: ['See to the network and the firewall.', '네트워크와 방화벽을 확인하세요.'] },
  SOURCE_UNKNOWN_HOST: { message: ['The host name cannot be resolved.', '호스트 이름을 찾을 수 없습니다.'], remedy: ['Correct it, or see to DNS on this server.', '이름 또는 이 서버의 DNS를 고치세요.'] },
  SOURCE_TIMEOUT: { message: ['The database did not answer in time.', 'DB가 제한 시간 안에 응답하지 않았습니다.'], remedy: ['See to the firewall, the load and the query.', '방화벽, 부하, 쿼리를 확인하세요.'] },
  SOURCE_CUT_OFF: { message: ['The connection to the database was cut.', 'DB 연결이 끊겼습니다.'], remedy: ['See that the database is up.', 'DB 상태를 확인하세요.'] },
  SOURCE_DOWN: { message: ['The database cannot be used now.', '지금은 DB를 사용할 수 없습니다.'], remedy: ['Wait; a system error of the same minute has the cause.', '기다리세요. 같은 시각의 시스템 오류에 원인이 있습니다.'] },
  SOURCE_BUSY: { message: ['A lock or a deadlock was in the way.', '잠금 또는 교착 상태로 조회하지 못했습니다.'], remedy: ASK_DBA },
  SOURCE_FULL: { message: ['The connections, memory or disk of the database are used up.', 'DB의 연결 수·메모리·디스크가 부족합니다.'], remedy: ASK_DBA },
  SOURCE_WRONG_PASSWORD: { message: ['User or password is wrong.', '사용자 또는 비밀번호가 틀립니다.'], remedy: TEST_AND_RESUME },
  SOURCE_NOT_ALLOWED: { message: ['The user may not log in, or not from this server.', '사용자가 없거나 이 서버에서 접속할 수 없습니다.'], remedy: TEST_AND_RESUME },
  SOURCE_UNKNOWN_DATABASE: { message: ['There is no database of this name.', '그 이름의 DB가 없습니다.'], remedy: TEST_AND_RESUME },
  SOURCE_TLS: { message: ['The encryption of the connection does not fit.', '연결의 암호화 설정이나 인증서가 맞지 않습니다.'], remedy: TEST_AND_RESUME },
  SOURCE_PASSWORD_SEALED: { message: ['The stored password was sealed with another key.', '저장된 비밀번호가 다른 키로 암호화되어 있습니다.'], remedy: TEST_AND_RESUME },
  SOURCE_UNKNOWN_SERVICE: {
    message: ['The listener does not know the service name.', '리스너에 등록되지 않은 서비스 이름입니다.'],
    remedy: ['Compare it with lsnrctl services; while the instance starts, wait.', 'lsnrctl services로 확인하세요. 기동 중이면 기다리세요.'],
  },
  SOURCE_ACCOUNT_LOCKED: { message: ['The account of the database is locked.', 'DB 계정이 잠겨 있습니다.'], remedy: TEST_AND_RESUME },
  SOURCE_PASSWORD_EXPIRED: { message: ['The password has expired.', '비밀번호가 만료되었습니다.'], remedy: TEST_AND_RESUME },
  SOURCE_PASSWORD_RULES: { message: ['The database does not accept the new password.', '새 비밀번호가 DB의 규칙에 맞지 않습니다.'], remedy: TEST_AND_RESUME },
  SOURCE_SYS_USER: { message: ['The connection uses SYS, which Tank does not log on as.', '연결 사용자가 SYS입니다. Tank는 SYS로 접속하지 않습니다.'], remedy: TEST_AND_RESUME },
  SOURCE_CONNECT_STRING: { message: ['The connect string cannot be used.', '접속 문자열을 쓸 수 없습니다.'], remedy: TEST_AND_RESUME },
  SOURCE_TNS_ALIAS: { message: ['The alias is not in tnsnames.ora.', 'tnsnames.ora에 별칭이 없습니다.'], remedy: TEST_AND_RESUME },
  SOURCE_WALLET: { message: ['The wallet cannot be used.', '월렛을 쓸 수 없습니다.'], remedy: TEST_AND_RESUME },
  SOURCE_THICK_NEEDED: { message: ['This database needs thick mode.', '이 DB에는 Thick 모드가 필요합니다.'], remedy: TEST_AND_RESUME },
  SOURCE_CLIENT_MISSING: { message: ['The client libraries of Oracle are missing or too old.', 'Oracle 클라이언트 라이브러리가 없거나 오래되었습니다.'], remedy: TEST_AND_RESUME },
  SOURCE_UNREADABLE: { message: ['What answers is no listener, or it speaks TLS.', '응답하는 서버가 리스너가 아니거나 TLS 포트입니다.'], remedy: TEST_IT },
  SOURCE_LOGON_FAILED: { message: ['The logon failed.', 'DB 로그인에 실패했습니다.'], remedy: TEST_IT },
  SES_SENDING_PAUSED: { message: ['AWS has paused sending.', 'AWS가 발송을 중지했습니다.'], remedy: SETTLE_WITH_AWS },
  SES_ACCOUNT_SUSPENDED: { message: ['AWS has suspended the account\'s right to send.', 'AWS가 계정의 발송 권한을 정지했습니다.'], remedy: SETTLE_WITH_AWS },
  SES_SENDER_NOT_VERIFIED: { message: ['The sender is not verified at SES.', 'SES에서 발신자가 인증되지 않았습니다.'], remedy: ['Verify it in this region, then resume the run.', '이 리전에서 인증한 뒤 실행을 재개하세요.'] },
  SES_CONFIGURATION_SET: { message: ['SES does not know the configuration set.', 'SES에 없는 구성 세트입니다.'], remedy: ['Create it, then resume the run.', '만든 뒤 실행을 재개하세요.'] },
  SES_CREDENTIALS: {
    message: ['SES refuses key or signature.', 'SES가 키 또는 서명을 거부했습니다.'],
    remedy: ['See to SES_ACCESS_KEY, SES_SECRET_KEY, ses:SendEmail and the clock of this server, then resume the run.', 'SES_ACCESS_KEY, SES_SECRET_KEY, ses:SendEmail 권한, 서버 시각을 확인한 뒤 실행을 재개하세요.'],
  },
};
