import type { Row } from '@tank/contracts';
import { about, type Finding } from './finding.js';
import type { AskedSession } from './asked-session.js';

const VERSION = about('server-version', ['Server version', '서버 버전']);
const ENCRYPTION = about('encryption', ['Encryption of the connection', '접속 구간 암호화']);
const CHARACTERS = about('character-set', ['Character set', '문자 집합']);
const NATIONAL = about('national-character-set', ['National character set', '내셔널 문자 집합']);
const ROLE = about('database-role', ['Role of the database', '데이터베이스 역할']);
const SEEN = about('session-names', ['How a DBA sees this session', 'DBA에게 보이는 세션 이름']);

/** What the driver knows of its connection. */
export interface Reached {
  /** Such as 19.23.0.0.0 */
  version: string;
  /** `TCP` or `TCPS` */
  protocol: string;
  isThin: boolean;
}

export async function checkVersion(session: AskedSession, { version, isThin }: Reached): Promise<Finding[]> {
  const [banner] = (await session.readable('SELECT banner FROM v$version')) ?? [];
  const figure = banner ? `${version} (${String(banner.BANNER)})` : version;
  if (isAtLeast(version, 12, 1)) return [VERSION.ok(figure)];
  if (!isThin && isAtLeast(version, 11, 2)) {
    return [VERSION.ok(figure, ['Older than 12.1: it is reached in thick mode only, with Oracle Instant Client 19.', '12.1 이전 버전이므로 thick 모드(Oracle Instant Client 19)로만 접속할 수 있습니다.'])];
  }
  return [VERSION.failed(figure, ['Tank needs Oracle 12.1 or newer, or 11.2 in thick mode.', 'Oracle 12.1 이상(thick 모드는 11.2)이 필요합니다.'])];
}

export async function checkEncryption(session: AskedSession, { protocol, isThin }: Reached): Promise<Finding[]> {
  if (protocol.toUpperCase() === 'TCPS') return [ENCRYPTION.ok('TLS (TCPS)')];
  const banners = isThin ? null : await session.readable("SELECT network_service_banner FROM v$session_connect_info WHERE sid = SYS_CONTEXT('USERENV', 'SID')");
  const native = banners?.map((row) => String(row.NETWORK_SERVICE_BANNER)).find((banner) => /encryption service adapter/i.test(banner));
  if (native) return [ENCRYPTION.ok(['Native Network Encryption', '네이티브 네트워크 암호화(NNE)'])];
  return [ENCRYPTION.ok([`none (${protocol})`, `없음 (${protocol})`], [
    'Names and addresses of recipients can be read on the way. Where the network is not closed: tcps:// and the port of TLS, usually 2484.',
    '수신자의 이름과 주소가 암호화되지 않은 채 전송됩니다. 폐쇄망이 아니면 tcps://와 TLS 포트(보통 2484)를 사용하세요.',
  ])];
}

/** Names of parameters as NLS_DATABASE_PARAMETERS has them. */
export async function checkCharacterSets(session: AskedSession): Promise<Finding[]> {
  const parameters = namedValues(await session.readable('SELECT parameter, value FROM nls_database_parameters'));
  const subjects = [CHARACTERS, NATIONAL];
  if (!parameters) return subjects.map(({ skipped }) => skipped(['NLS_DATABASE_PARAMETERS cannot be read', 'NLS_DATABASE_PARAMETERS를 조회할 수 없음']));
  return [judgeCharacterSet(parameters.NLS_CHARACTERSET ?? '?', parameters.NLS_LENGTH_SEMANTICS ?? '?'), judgeNationalCharacterSet(parameters.NLS_NCHAR_CHARACTERSET ?? '?')];
}

function judgeCharacterSet(name: string, lengths: string): Finding {
  const figure = [`${name}, lengths in ${lengths}`, `${name}, 길이 단위 ${lengths}`] as const;
  if (name === 'AL32UTF8' || name === 'UTF8') return CHARACTERS.ok(figure);
  if (name === 'KO16MSWIN949') {
    return CHARACTERS.warning(figure, [
      'It holds the characters of CP949 alone: others, such as emoji or é, are replaced (as a rule by ?) when they are written, and are not found when they are looked for. No query of Tank should write free text.',
      'CP949에 있는 문자만 저장됩니다. 이모지나 é 같은 문자는 쓸 때 다른 글자(보통 ?)로 바뀌고 검색되지 않습니다. 업데이트 쿼리로 자유 입력 문자를 쓰지 마세요.',
    ]);
  }
  if (name === 'KO16KSC5601') {
    return CHARACTERS.warning(figure, [
      'It holds the 2,350 syllables of KS X 1001 alone: names with others, such as 똠 or 펲, are lost when they are written, and not found when they are looked for.',
      'KS X 1001의 한글 2,350자만 저장됩니다. 똠, 펲처럼 그 밖의 글자가 든 이름은 쓸 때 손실되고 검색되지 않습니다.',
    ]);
  }
  return CHARACTERS.warning(figure, [
    'It is not made for Korean. Where Korean is kept in it all the same, as in many old US7ASCII databases, no program but those of that time can read it: see "Korean text" below, and look at a sample before anything is sent.',
    '한글용 문자 집합이 아닙니다. 예전 US7ASCII 데이터베이스처럼 한글 바이트를 그대로 넣어 둔 경우 Tank가 읽을 수 없습니다. 아래 "한글" 항목과 표본 조회 결과를 확인한 뒤 발송하세요.',
  ]);
}

function judgeNationalCharacterSet(name: string): Finding {
  if (name === 'AL16UTF16') return NATIONAL.ok(name);
  return NATIONAL.warning(name, [
    'Thin mode reads NCHAR, NVARCHAR2 and NCLOB in AL16UTF16 alone (NJS-100). Write TO_CHAR(column), or use thick mode.',
    'thin 모드는 AL16UTF16의 NCHAR, NVARCHAR2, NCLOB만 읽습니다(NJS-100). TO_CHAR(컬럼)으로 조회하거나 thick 모드를 쓰세요.',
  ]);
}

export async function checkRole(session: AskedSession): Promise<Finding[]> {
  const role = await userEnvironment(session, 'DATABASE_ROLE');
  if (role === null) return [ROLE.skipped(['not told', '알 수 없음'])];
  if (role === 'PRIMARY') return [ROLE.ok(role)];
  return [ROLE.warning(role, [
    'It is not the primary database: the Update Query cannot write here. Connect to a service that follows the primary.',
    '주(primary) 데이터베이스가 아니어서 업데이트 쿼리가 쓸 수 없습니다. primary를 따라가는 서비스로 접속하세요.',
  ])];
}

export async function checkSessionNames(session: AskedSession): Promise<Finding[]> {
  const names = { MODULE: '', ACTION: '', CLIENT_IDENTIFIER: '' };
  for (const name of Object.keys(names) as (keyof typeof names)[]) names[name] = (await userEnvironment(session, name)) ?? '';
  const figure = Object.entries(names).map(([name, value]) => `${name} ${value || '–'}`).join(', ');
  if (names.MODULE === 'tank-dbio') return [SEEN.ok(figure)];
  return [SEEN.warning(figure, [
    'A DBA will not recognise the sessions of Tank by MODULE in V$SESSION. Does a logon trigger or a proxy set it?',
    'V$SESSION의 MODULE로 Tank 세션을 알아볼 수 없습니다. 로그온 트리거나 프록시가 바꾸는지 확인하세요.',
  ])];
}

export async function userEnvironment(session: AskedSession, name: string): Promise<string | null> {
  const rows = await session.readable(`SELECT SYS_CONTEXT('USERENV', '${name}') AS value FROM DUAL`);
  const value = rows?.[0]?.VALUE;
  return value === null || value === undefined ? null : String(value);
}

/** Rows of PARAMETER and VALUE by their names. */
export function namedValues(rows: Row[] | null): Record<string, string> | null {
  return rows && Object.fromEntries(rows.map(({ PARAMETER, VALUE }) => [String(PARAMETER), VALUE === null ? '' : String(VALUE)]));
}

export function isAtLeast(version: string, ...least: number[]): boolean {
  const parts = version.split('.').map(Number);
  const differing = least.findIndex((part, at) => parts[at] !== part);
  return differing < 0 || parts[differing]! > least[differing]!;
}
