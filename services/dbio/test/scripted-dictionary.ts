import { OracleError, type OracleColumn, type OracleValue } from '../../../embedded/oracle-net/backend.ts';
import type { Answer, ScriptedBackend, ScriptedCall } from '../../../embedded/oracle-net/scripted-backend.ts';

/** What a scripted database says of itself; each may be changed before a self-check. */
export interface Dictionary {
  characterSet: string;
  nationalCharacterSet: string;
  /** Keeps of a text what the character set holds. */
  keeps: (text: string) => string;
  privileges: string[];
  roles: string[];
  tablePrivileges: { owner: string; table: string; privilege: string }[];
  accountStatus: string;
  expiryDate: OracleValue;
  /** null: DBA_USERS cannot be read. */
  passwordVersions: string | null;
  environment: Record<string, string>;
  limits: Record<string, string>;
}

const NOW = { year: 2026, month: 11, day: 20, hour: 9, minute: 30, second: 0, nanosecond: 0 };

export function dictionaryOfGoodDatabase(): Dictionary {
  return {
    characterSet: 'AL32UTF8', nationalCharacterSet: 'AL16UTF16', keeps: (text) => text,
    privileges: ['CREATE SESSION'], roles: [], tablePrivileges: [{ owner: 'CRM', table: 'CUSTOMER', privilege: 'SELECT' }],
    accountStatus: 'OPEN', expiryDate: null, passwordVersions: null,
    environment: { NETWORK_PROTOCOL: 'tcp', ISDBA: 'FALSE', CURRENT_SCHEMA: 'TANK', DATABASE_ROLE: 'PRIMARY' }, limits: { SESSIONS_PER_USER: '20', IDLE_TIME: 'UNLIMITED' },
  };
}

/** Answers the questions of a self-check as a database with this dictionary would; its clock is that of this machine. */
export function scriptDictionary(backend: ScriptedBackend, dictionary: Dictionary): void {
  backend
    .on(/FROM nls_database_parameters/, () => texts(['PARAMETER', 'VALUE'], [['NLS_CHARACTERSET', dictionary.characterSet], ['NLS_NCHAR_CHARACTERSET', dictionary.nationalCharacterSet], ['NLS_LENGTH_SEMANTICS', 'BYTE']]))
    .on(/FROM session_privs/, () => texts(['PRIVILEGE'], dictionary.privileges.map((name) => [name])))
    .on(/FROM session_roles/, () => texts(['ROLE'], dictionary.roles.map((name) => [name])))
    .on(/FROM user_tab_privs/, () => texts(['OWNER', 'TABLE_NAME', 'PRIVILEGE'], dictionary.tablePrivileges.map(({ owner, table, privilege }) => [owner, table, privilege])))
    .on(/FROM user_resource_limits/, () => texts(['RESOURCE_NAME', 'LIMIT'], Object.entries(dictionary.limits)))
    .on(/FROM user_users/, () => ({ columns: [text('ACCOUNT_STATUS'), date('EXPIRY_DATE'), date('TODAY')], rows: [[dictionary.accountStatus, dictionary.expiryDate, NOW]] }))
    .on(/FROM dba_users/, () => (dictionary.passwordVersions === null ? notThere() : texts(['PASSWORD_VERSIONS'], [[dictionary.passwordVersions]])))
    .on(/SYS_CONTEXT\('USERENV', '(\w+)'\)/, (call) => environmentOf(call, dictionary))
    .on(/DBTIMEZONE AS of_database/, () => texts(['OF_DATABASE', 'OF_SESSION'], [['+09:00', 'Asia/Seoul']]))
    .on(/SYSTIMESTAMP AS at_instant/, () => clock())
    .on(/THEN 'same'/, () => texts(['RESULT'], [['same']]))
    .on(/AS long_one/, () => ({ columns: [number('LONG_ONE'), number('HALF')], rows: [['12345678901234567890.123456789', '-0.5']] }))
    .on(/TO_TIMESTAMP_TZ.* AS z FROM DUAL/, () => times())
    .on(/IS NULL THEN 'null'/, ({ values }) => texts(['RESULT'], [[values.B1 === null || values.B1 === '' ? 'null' : 'kept']]))
    .on(/SELECT :b1 AS given/, ({ values }) => texts(['GIVEN'], [[dictionary.keeps(String(values.B1))]]))
    .on(/FETCH FIRST 1 ROWS ONLY/, () => ({ columns: [number('N')], rows: [['1']] }))
    .on(/CONNECT BY LEVEL/, { columns: [number('N')], rows: [['100000000']] });
}

/** What KO16KSC5601 keeps of a text: KS X 1001, whose 2,350 syllables are those of the decoder. */
export function keptByKsc5601(text: string): string {
  return [...text].map((character) => (isInKsx1001(character) ? character : '?')).join('');
}

/** What KO16MSWIN949 keeps of a text: all modern syllables beside that. */
export function keptByCp949(text: string): string {
  return [...text].map((character) => (/[\uac00-\ud7a3]/.test(character) || isInKsx1001(character) ? character : '?')).join('');
}

const KSX1001 = new Set<string>();
function isInKsx1001(character: string): boolean {
  if (KSX1001.size === 0) {
    const decoder = new TextDecoder('euc-kr');
    for (let code = 0x20; code < 0x7f; code += 1) KSX1001.add(String.fromCharCode(code));
    for (let lead = 0xa1; lead < 0xff; lead += 1) for (let trail = 0xa1; trail < 0xff; trail += 1) KSX1001.add(decoder.decode(Buffer.from([lead, trail])));
  }
  return KSX1001.has(character);
}

function environmentOf({ sql, about }: ScriptedCall, { environment }: Dictionary): Answer {
  const name = /SYS_CONTEXT\('USERENV', '(\w+)'\)/.exec(sql)![1]!;
  const known: Record<string, string> = { SESSION_USER: about.user, MODULE: 'tank-dbio', ACTION: 'self-check', ...environment };
  return name in known ? texts(['VALUE'], [[known[name]!]]) : { error: new OracleError(2003, 'invalid USERENV parameter') };
}

function clock(): Answer {
  const now = new Date();
  const seoul = new Date(now.getTime() + 9 * 3_600_000);
  const of = (at: Date) => ({ year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate(), hour: at.getUTCHours(), minute: at.getUTCMinutes(), second: at.getUTCSeconds(), nanosecond: 0 });
  return { columns: [{ name: 'AT_INSTANT', type: 'TIMESTAMP WITH TIME ZONE', scale: 6 }, date('AT_WALL')], rows: [[{ ...of(seoul), offsetMinutes: 540 }, of(seoul)]] };
}

function times(): Answer {
  const fraction = { ...NOW, nanosecond: 123_456_000 };
  return {
    columns: [date('D'), { name: 'T', type: 'TIMESTAMP', scale: 6 }, { name: 'Z', type: 'TIMESTAMP WITH TIME ZONE', scale: 6 }],
    rows: [[NOW, fraction, { ...fraction, hour: 0, offsetMinutes: 0 }]],
  };
}

function notThere(): Answer {
  return { error: new OracleError(942, 'table or view does not exist') };
}

function texts(names: string[], rows: string[][]): Answer {
  return { columns: names.map(text), rows };
}

function text(name: string): OracleColumn {
  return { name, type: 'VARCHAR2', size: 4000 };
}

function number(name: string): OracleColumn {
  return { name, type: 'NUMBER' };
}

function date(name: string): OracleColumn {
  return { name, type: 'DATE' };
}
