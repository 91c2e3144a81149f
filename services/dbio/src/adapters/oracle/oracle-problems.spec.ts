import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { connectionLimitsSchema, DEFAULT_GROUP, type Connection } from '@tank/contracts';
import { storyOf } from '../../problem.js';
import { QueryFailed, SourceFailed } from '../../source.js';
import { deadlinePassed, explainOracle, mustNotTryAgain, type DriverError } from './oracle-problems.js';

/** The driver's own words, as it makes them: a version that says something else is noticed here. */
const driver = createRequire(import.meta.url)('oracledb/lib/errors.js') as {
  getErr(number: number, ...details: unknown[]): Error & { code: string };
  transformErr(error: Error & { errorNum?: number }): Error & { code: string };
};

const CONNECTION: Connection = {
  connectionId: '6f1d8f6e-2a53-4c7a-9d0f-0d7c1c3b8a11', groupId: DEFAULT_GROUP, name: 'crm', kind: 'oracle', host: 'db', port: null, database: 'CRMPDB', connectString: null, tls: null, wallet: null,
  user: 'TANK', timeZone: 'Asia/Seoul', limits: connectionLimitsSchema.parse({}), createdAt: '2026-11-20T00:00:00.000Z', revision: 1,
};

const plain = ({ message, code }: Error & { code?: string }, offset: number | null = null): DriverError => ({ message, code: code ?? null, offset });
const njs = (number: number, ...details: unknown[]) => plain(driver.getErr(number, ...details));
/** As the database says it and the driver hands it on. */
const ora = (message: string, offset: number | null = null): DriverError => {
  const errorNum = Number(/\d+/.exec(message)![0]);
  return plain(driver.transformErr(Object.assign(new Error(message), { errorNum })), offset);
};
const host = ['db', 1521, 'id'] as const;

function atLogon(error: DriverError, connection = CONNECTION): SourceFailed {
  const explained = explainOracle(error, { connection, during: 'connect' });
  expect(explained).toBeInstanceOf(SourceFailed);
  return explained as SourceFailed;
}
function inCall(error: DriverError, sql = 'SELECT a FROM t'): SourceFailed | QueryFailed {
  return explainOracle(error, { connection: CONNECTION, during: 'call', query: { sql, text: sql, authorPosition: (position) => position } });
}
function refused(error: DriverError, sql?: string): QueryFailed {
  const explained = inCall(error, sql);
  expect(explained).toBeInstanceOf(QueryFailed);
  return explained as QueryFailed;
}

describe('a logon that fails', () => {
  it.each<[string, DriverError, string, { lasting?: boolean; codes?: string[] }]>([
    ['an unknown service', njs(518, 'CRMPDX', 'db', 1521, 'id'), 'SOURCE_UNKNOWN_SERVICE', { codes: ['ORA-12514', 'NJS-518'] }],
    ['an unknown SID', njs(519, 'ORCX', 'db', 1521, 'id'), 'SOURCE_UNKNOWN_SERVICE', { codes: ['ORA-12505', 'NJS-519'] }],
    ['nobody listening', njs(503, ...host, 'connect ECONNREFUSED 10.0.0.1:1521'), 'SOURCE_REFUSED', { codes: ['ORA-12541', 'NJS-503'] }],
    ['no way to the host', njs(503, ...host, 'connect EHOSTUNREACH 10.0.0.1:1521'), 'SOURCE_UNREACHABLE', {}],
    ['a silent firewall', njs(503, ...host, 'connect ETIMEDOUT 10.0.0.1:1521'), 'SOURCE_TIMEOUT', {}],
    ['a connection that is reset at once', njs(503, ...host, 'read ECONNRESET'), 'SOURCE_CUT_OFF', {}],
    ['an unknown host', njs(530), 'SOURCE_UNKNOWN_HOST', { codes: ['ORA-12545', 'NJS-530'] }],
    ['a time-out', njs(510, 'db', 1521, 'transportConnectTimeout', 10, 'id'), 'SOURCE_TIMEOUT', { codes: ['ORA-12170', 'NJS-510'] }],
    ['no free handler', njs(511, ...host, 'ORA-12516'), 'SOURCE_FULL', { codes: ['ORA-12516', 'NJS-511'] }],
    ['a blocked instance', njs(511, ...host, 'ORA-12528'), 'SOURCE_DOWN', {}],
    ['a refusal without a reason', njs(511, ...host, 'refused'), 'SOURCE_REFUSED', {}],
    ['a connection that is closed', njs(521, ...host), 'SOURCE_CUT_OFF', {}],
    ['a connection that is reset', njs(501, ...host, 'read ECONNRESET'), 'SOURCE_CUT_OFF', {}],
    ['a syntax error', njs(514), 'SOURCE_CONNECT_STRING', { lasting: true }],
    ['no EZConnect', njs(515, 'unable to parse', '/x'), 'SOURCE_CONNECT_STRING', { lasting: true }],
    ['a wrong parameter', njs(512, 'x'), 'SOURCE_CONNECT_STRING', { lasting: true }],
    ['no TNS_ADMIN', njs(516), 'SOURCE_TNS_ALIAS', { lasting: true }],
    ['no tnsnames.ora', njs(520, '/etc'), 'SOURCE_TNS_ALIAS', { lasting: true }],
    ['an unknown alias', njs(517, 'CRM', '/etc/tnsnames.ora'), 'SOURCE_TNS_ALIAS', { lasting: true, codes: ['ORA-12154', 'NJS-517'] }],
    ['an untrusted certificate', njs(506, ...host, 'self-signed certificate'), 'SOURCE_TLS', { lasting: true }],
    ['a certificate of another host', njs(508, 'db'), 'SOURCE_TLS', { lasting: true }],
    ['another DN', njs(507), 'SOURCE_TLS', { lasting: true }],
    ['a wallet that is none', njs(505, 'PEM routines::no start line'), 'SOURCE_WALLET', { lasting: true }],
    ['a wallet of another kind', njs(529), 'SOURCE_WALLET', { lasting: true }],
    ['a wallet that is not there', njs(512, "ENOENT: no such file or directory, open '/wallets/crm/ewallet.pem'"), 'SOURCE_WALLET', { lasting: true }],
    ['11g', njs(138), 'SOURCE_THICK_NEEDED', { lasting: true }],
    ['native encryption', njs(533, 'ORA-12660'), 'SOURCE_THICK_NEEDED', { lasting: true, codes: ['ORA-12660', 'NJS-533'] }],
    ['another national character set', njs(100, 871), 'SOURCE_THICK_NEEDED', { lasting: true }],
    ['a verifier of 10g', njs(116, '939'), 'SOURCE_THICK_NEEDED', { lasting: true }],
    ['something that is no Oracle', njs(509), 'SOURCE_UNREADABLE', {}],
    ['missing client libraries', plain(new Error('DPI-1047: Cannot locate a 64-bit Oracle Client library: "libclntsh.so"')), 'SOURCE_CLIENT_MISSING', { lasting: true, codes: ['DPI-1047'] }],
    ['client libraries that are too old', plain(new Error('DPI-1072: the Oracle Client library version is unsupported')), 'SOURCE_CLIENT_MISSING', { lasting: true }],
    ['a wrong password', ora('ORA-01017: invalid credential or not authorized; logon denied'), 'SOURCE_WRONG_PASSWORD', { lasting: true, codes: ['ORA-01017'] }],
    ['a locked account', ora('ORA-28000: The account is locked.'), 'SOURCE_ACCOUNT_LOCKED', { lasting: true }],
    ['an expired password', ora('ORA-28001: the password has expired'), 'SOURCE_PASSWORD_EXPIRED', { lasting: true }],
    ['rules of passwords', ora('ORA-28007: the password cannot be reused'), 'SOURCE_PASSWORD_RULES', { lasting: true }],
    ['SYS', ora('ORA-28009: connection as SYS should be as SYSDBA or SYSOPER'), 'SOURCE_SYS_USER', { lasting: true }],
    ['no CREATE SESSION', ora('ORA-01045: user TANK lacks CREATE SESSION privilege; logon denied'), 'SOURCE_NOT_ALLOWED', { lasting: true }],
    ['an instance that starts', ora('ORA-01033: ORACLE initialization or shutdown in progress'), 'SOURCE_DOWN', {}],
    ['an instance that is down', ora('ORA-01034: ORACLE not available\nORA-27101: shared memory realm does not exist'), 'SOURCE_DOWN', {}],
    ['too many processes', ora('ORA-00020: maximum number of processes (300) exceeded'), 'SOURCE_FULL', {}],
    ['too many sessions of the user', ora('ORA-02391: exceeded simultaneous SESSIONS_PER_USER limit'), 'SOURCE_FULL', {}],
    ['a full archive log area', ora('ORA-00257: Archiver error. Connect AS SYSDBA only until resolved.'), 'SOURCE_FULL', {}],
    ['a logon trigger', ora('ORA-00604: error occurred at recursive SQL level 1\nORA-20099: 10.1.2.3 not allowed\nORA-06512: at line 5'), 'SOURCE_NOT_ALLOWED', { lasting: true }],
    ['what nobody foresaw', ora('ORA-99999: gremlins'), 'SOURCE_LOGON_FAILED', { codes: ['ORA-99999'] }],
  ])('of %s is explained', (_, error, code, { lasting = false, codes }) => {
    const { problem, isLasting } = atLogon(error);
    expect([problem.code, isLasting]).toEqual([code, lasting]);
    if (codes) expect(problem.databaseCodes).toEqual(codes);
    for (const said of [problem.message, problem.cause, problem.remedy]) expect(said).toMatch(/^[^가-힣]{15,}\.$/s);
    for (const said of Object.values(problem.ko)) expect(said).toMatch(/[가-힣].*\.$/s);
  });

  it.each([
    'ORA-01017: invalid credential or not authorized; logon denied', 'ORA-01005: null password given; logon denied', 'ORA-28000: The account is locked.', 'ORA-28001: the password has expired',
  ])('asks for a Connect Test at the end, since Tank tries only a few times by itself: %s', (message) => {
    const { problem } = atLogon(ora(message));
    expect([problem.remedy, problem.ko.remedy]).toEqual([expect.stringContaining('then run Connect Test'), expect.stringMatching(/뒤.* 연결 테스트를 실행하세요/)]);
  });

  it('is explained for whatever the driver says of the network', () => {
    const ofNetwork = Array.from({ length: 37 }, (_, at) => 500 + at).filter((number) => !/^NJS-068/.test(driver.getErr(number).message));
    expect(ofNetwork.length).toBeGreaterThan(25);
    const unexplained = ofNetwork.filter((number) => atLogon(njs(number, 'x', 1, 'y', 'z')).problem.code === 'SOURCE_LOGON_FAILED');
    expect(unexplained).toEqual([534]); // compression, which Tank does not ask for
  });

  it('names the listener and the service that were asked, also behind an alias', () => {
    const { problem } = atLogon(njs(518, 'CRMPDX', 'db7', 1555, 'id'), { ...CONNECTION, host: null, database: null, connectString: 'CRM' });
    expect(problem.message).toBe('The listener on db7:1555 does not know the service CRMPDX.');
    expect(storyOf(problem)[1]).toContain('(ORA-12514, NJS-518).');
  });

  it('tells nobody a password that somebody wrote into the connect string', () => {
    const { problem } = atLogon(njs(515, 'input string not in easy connect format', 'TANK/geheim@db'), { ...CONNECTION, host: null, database: null, connectString: 'TANK/geheim@db' });
    expect(JSON.stringify(problem)).not.toContain('geheim');
    expect(JSON.stringify(atLogon(njs(517, 'TANK/geheim@CRM', '/etc'), { ...CONNECTION, connectString: 'TANK/geheim@CRM' }).problem)).not.toContain('geheim');
  });

  it('gives the number of an application error and not its words', () => {
    expect(JSON.stringify(atLogon(ora('ORA-20099: 김철수 may not come in')).problem)).not.toContain('김철수');
  });

  it.each([
    ['ORA-28002: the password will expire within 7 days', 'within 7 days', '7일 안에'],
    ['ORA-28011: the account will expire soon; change your password now', 'soon', '곧'],
  ])('but passed with a warning says when: %s', (message, english, korean) => {
    const { problem, isLasting } = atLogon(ora(message));
    expect(problem).toMatchObject({ code: 'SOURCE_PASSWORD_EXPIRES', message: expect.stringContaining(english), ko: { message: expect.stringContaining(korean) } });
    expect(isLasting).toBe(false);
  });
});

describe('a session that is of no use any more', () => {
  it.each<[string, DriverError, string]>([
    ['was killed', ora('ORA-00028: your session has been killed'), 'SOURCE_CUT_OFF'],
    ['was idle too long', ora('ORA-02396: exceeded maximum idle time, please connect again'), 'SOURCE_CUT_OFF'],
    ['lost its server', ora('ORA-03113: end-of-file on communication channel'), 'SOURCE_CUT_OFF'],
    ['lost its connection', ora('ORA-03135: connection lost contact'), 'SOURCE_CUT_OFF'],
    ['is not logged on any more', ora('ORA-01012: not logged on'), 'SOURCE_CUT_OFF'],
    ['met an internal error', ora('ORA-00600: internal error code, arguments: [x]'), 'SOURCE_CUT_OFF'],
    ['is ended by a shutdown', ora('ORA-01089: immediate shutdown or close in progress'), 'SOURCE_DOWN'],
    ['got no answer', njs(123, 3000), 'SOURCE_TIMEOUT'],
    ['found no free place in the pool', njs(40, 3000), 'SOURCE_FULL'],
    ['exceeds its profile', ora('ORA-02393: exceeded call limit on CPU usage'), 'SOURCE_TIMEOUT'],
    ['found no room to sort', ora('ORA-01652: unable to extend temp segment by 128 in tablespace TEMP'), 'SOURCE_FULL'],
    ['found no room to write', ora('ORA-00604: error occurred at recursive SQL level 1\nORA-01653: unable to extend table TANK.T by 128'), 'SOURCE_FULL'],
    ['has used up its quota', ora("ORA-01536: space quota exceeded for tablespace 'USERS'"), 'SOURCE_FULL'],
  ])('%s', (_, error, code) => {
    expect(inCall(error)).toMatchObject({ problem: { code }, isLasting: false });
  });

  it('is what the driver means by NJS-500, whatever the database said', () => {
    const codes = ['00022', '00031', '00045', '00378', '00602', '00603', '00609', '01041', '01043', '03114', '03122', '12153', '12537', '12547', '12570', '12583', '27146', '56600'];
    for (const number of codes) {
      const error = ora(`ORA-${number}: something`);
      expect([number, error.code]).toEqual([number, 'NJS-500']);
      expect(inCall(error)).toMatchObject({ problem: { code: 'SOURCE_CUT_OFF' } });
    }
  });

  it('is not the one to blame for settings of the client, whenever they are noticed', () => {
    for (const error of [plain(new Error('DPI-1047: Cannot locate a 64-bit Oracle Client library')), njs(514), njs(516), njs(138), njs(508, 'db')]) {
      expect((inCall(error) as SourceFailed).problem).toEqual(atLogon(error).problem);
    }
    expect(refused(njs(100, 871)).error).toMatchObject({ code: 'NJS-100', remedy: expect.stringContaining('VARCHAR2'), ko: { remedy: expect.stringContaining('ORACLE_CLIENT_MODE=thick') } });
  });

  it('leaves it open whether an update was done, and only there', () => {
    const update = 'UPDATE t SET a = :SEND_STATUS WHERE b = :id';
    for (const error of [njs(123, 3000), ora('ORA-03113: end-of-file on communication channel')]) {
      expect((inCall(error, update) as SourceFailed).problem).toMatchObject({ remedy: expect.stringContaining('may or may not'), ko: { remedy: expect.stringContaining('알 수 없') } });
      expect((inCall(error, '  with a AS (SELECT 1 FROM dual) SELECT * FROM a') as SourceFailed).problem.remedy).not.toContain('may or may not');
    }
  });

  it('is told apart by what the deadline cut', () => {
    expect(deadlinePassed(CONNECTION, 3000, 'connect').problem).toMatchObject({ code: 'SOURCE_TIMEOUT', cause: expect.stringContaining('3000 ms'), databaseCodes: [] });
    expect(deadlinePassed(CONNECTION, 3000, 'call').problem).toMatchObject({ code: 'SOURCE_TIMEOUT', message: expect.stringContaining('db:1521') });
    expect(deadlinePassed({ ...CONNECTION, host: null, connectString: 'TANK/geheim@db' }, 1, 'call').problem.message).not.toContain('geheim');
  });
});

describe('a query that Oracle refuses', () => {
  it.each<[string, string, 'row' | 'query' | 'moment']>([
    ['ORA-00942', 'table or view does not exist', 'query'],
    ['ORA-00904', '"CUST_NM": invalid identifier', 'query'],
    ['ORA-00900', 'invalid SQL statement', 'query'],
    ['ORA-00907', 'missing right parenthesis', 'query'],
    ['ORA-00911', 'invalid character', 'query'],
    ['ORA-00923', 'FROM keyword not found where expected', 'query'],
    ['ORA-00933', 'SQL command not properly ended', 'query'],
    ['ORA-00936', 'missing expression', 'query'],
    ['ORA-00921', 'unexpected end of SQL command', 'query'],
    ['ORA-03048', "SQL reserved word 'FROM' is not syntactically valid following 'SELECT a,'", 'query'],
    ['ORA-01745', 'invalid host/bind variable name', 'query'],
    ['ORA-01031', 'insufficient privileges', 'query'],
    ['ORA-41900', 'missing SELECT privilege on "CRM"."CUSTOMER"', 'query'],
    ['ORA-00990', 'missing or invalid privilege', 'query'],
    ['ORA-01039', 'insufficient privileges on underlying objects of the view', 'query'],
    ['ORA-01456', 'may not perform insert/delete/update operation inside a READ ONLY transaction', 'query'],
    ['ORA-38104', 'Columns referenced in the ON Clause cannot be updated: "T"."ID"', 'query'],
    ['ORA-06550', "line 1, column 7:\nPLS-00201: identifier 'F' must be declared", 'query'],
    ['ORA-55555', 'what nobody foresaw', 'query'],
    ['ORA-01722', 'invalid number', 'row'],
    ['ORA-01843', 'not a valid month', 'row'],
    ['ORA-01858', 'a non-numeric character was found where a numeric was expected', 'row'],
    ['ORA-01861', 'literal does not match format string', 'row'],
    ['ORA-01400', 'cannot insert NULL into ("CRM"."T"."ID")', 'row'],
    ['ORA-00001', 'unique constraint (CRM.T_PK) violated', 'row'],
    ['ORA-02290', 'check constraint (CRM.T_C) violated', 'row'],
    ['ORA-02291', 'integrity constraint (CRM.T_FK) violated - parent key not found', 'row'],
    ['ORA-02292', 'integrity constraint (CRM.T_FK) violated - child record found', 'row'],
    ['ORA-12899', 'value too large for column "CRM"."T"."NAME" (actual: 12, maximum: 10)', 'row'],
    ['ORA-01438', 'value larger than specified precision allowed for this column', 'row'],
    ['ORA-01476', 'divisor is equal to zero', 'row'],
    ['ORA-01427', 'single-row subquery returns more than one row', 'row'],
    ['ORA-01489', 'result of string concatenation is too long', 'row'],
    ['ORA-29275', 'partial multibyte character', 'row'],
    ['ORA-06502', 'PL/SQL: numeric or value error', 'row'],
    ['ORA-20001', '김철수 has no account', 'row'],
    ['ORA-00054', 'resource busy and acquire with NOWAIT specified or timeout expired', 'moment'],
    ['ORA-30006', 'resource busy; acquire with WAIT timeout expired', 'moment'],
    ['ORA-00060', 'deadlock detected while waiting for resource', 'moment'],
    ['ORA-04021', 'timeout occurred while waiting to lock object CRM.P', 'moment'],
    ['ORA-04068', 'existing state of packages has been discarded', 'moment'],
    ['ORA-01555', 'snapshot too old: rollback segment number 3 with name "X" too small', 'moment'],
    ['ORA-01013', 'user requested cancel of current operation', 'moment'],
    ['ORA-02049', 'timeout: distributed transaction waiting for lock', 'moment'],
    ['ORA-01591', 'lock held by in-doubt distributed transaction 1.21.17', 'moment'],
    ['ORA-02050', 'transaction 1.21.17 rolled back, some remote DBs may be in-doubt', 'moment'],
    ['ORA-01466', 'unable to read data - table definition has changed', 'moment'],
    ['ORA-08176', 'consistent read failure; rollback data not available', 'moment'],
    ['ORA-01453', 'SET TRANSACTION must be first statement of transaction', 'moment'],
    ['ORA-01000', 'maximum open cursors exceeded', 'moment'],
    ['ORA-12805', 'parallel query server died unexpectedly', 'moment'],
    ['ORA-12829', 'Deadlock - itls occupied by siblings at block 7 of file 3', 'moment'],
    ['ORA-28115', 'policy with check option violation', 'query'],
    ['ORA-28112', 'failed to execute policy function', 'query'],
  ])('says %s: %s, and is to be blamed on: %s', (code, words, blame) => {
    const { error, ...failed } = refused(ora(`${code}: ${words}`));
    expect(failed.blame).toBe(blame);
    expect(error).toMatchObject({ code, message: `${code}: ${words}`, ko: { message: `${code}: ${words}` } });
    for (const said of [error.cause, error.remedy]) expect(said).toMatch(/^[^가-힣]{15,}\.$/s);
    for (const said of [error.ko!.cause, error.ko!.remedy]) expect(said).toMatch(/[가-힣].*\.$/s);
    expect([failed.summary, failed.summaryKo].every((summary) => summary.startsWith(code))).toBe(true);
  });

  it('is pointed at in the text of its author, counted in letters', () => {
    const sql = "SELECT '김😀', CUST_NM FROM dual";
    const characters = [...sql.slice(0, sql.indexOf('CUST_NM'))].length;
    expect(characters).toBe(sql.indexOf('CUST_NM') - 1); // the face is one letter and two units
    const shifted = explainOracle(ora('ORA-00904: "CUST_NM": invalid identifier', characters), {
      connection: CONNECTION, during: 'call', query: { sql: `\n${sql}`, text: sql, authorPosition: (position) => position + 1 },
    }) as QueryFailed;
    expect(shifted.error).toMatchObject({ position: sql.indexOf('CUST_NM') + 1, line: 2, column: sql.indexOf('CUST_NM') + 1 });
  });

  it('has no place where Oracle gives none', () => {
    expect(refused(ora('ORA-01722: invalid number', 0)).error.position).toBeNull();
    expect(refused(ora('ORA-00900: invalid SQL statement', 0)).error.position).toBe(0);
    expect(refused(ora('ORA-01722: invalid number', null)).error.position).toBeNull();
  });

  it("keeps the author's view of values out of every summary", () => {
    const leaking = [
      'ORA-01722: unable to convert string value containing \'김철수\' to a number: "CUST_NO"',
      'ORA-00001: unique constraint (CRM.T_PK) violated on table CRM.T columns (NAME)\nORA-03301: (ORA-00001 details) row with column values (NAME:\'김철수\') already exists',
      'ORA-20001: 김철수 has no account\nORA-06512: at "CRM.T_TRG", line 3\nORA-04088: error during execution of trigger \'CRM.T_TRG\'',
      'ORA-06502: PL/SQL: numeric or value error: 김철수',
      'ORA-55555: 김철수',
    ];
    for (const message of leaking) {
      const failed = refused(ora(message));
      expect(failed.error.message).toContain('김철수');
      expect(failed.summary + failed.summaryKo).not.toContain('김철수');
    }
    expect(refused(ora(leaking[1]!)).summary).toBe('ORA-00001: unique constraint (CRM.T_PK) violated on table CRM.T columns (NAME)');
  });

  it('is told without the addresses of help pages', () => {
    const error = ora('ORA-00942: table or view does not exist');
    expect(error.message).toContain('Help: https://');
    expect(refused(error).error.message).toBe('ORA-00942: table or view does not exist');
  });

  it('is found in a stack, whatever stands around it', () => {
    expect(refused(ora('ORA-12801: error signaled in parallel query server P001\nORA-01722: invalid number')).error.code).toBe('ORA-01722');
    expect(refused(ora('ORA-04088: error during execution of trigger\nORA-01400: cannot insert NULL into ("A"."B"."C")')).error.code).toBe('ORA-01400');
    expect(refused(ora('ORA-20001: failed: ORA-00001: unique constraint (A.B) violated')).error.code).toBe('ORA-20001');
    expect(refused(plain(new Error('ORA-1722: invalid number'))).error.code).toBe('ORA-01722');
    expect(refused(ora('ORA-02091: transaction rolled back\nORA-00001: unique constraint (A.B) violated'))).toMatchObject({ blame: 'row', error: { code: 'ORA-00001' } });
  });

  it('may come from behind a database link: this logon is in order', () => {
    expect(refused(ora('ORA-01017: invalid username/password; logon denied\nORA-02063: preceding line from CRM_LINK'))).toMatchObject({ blame: 'query', error: { remedy: expect.stringContaining('database link') } });
    expect(refused(ora('ORA-12541: TNS:no listener'))).toMatchObject({ blame: 'moment', error: { code: 'ORA-12541' } });
    expect(refused(ora('ORA-02068: following severe error from CRM_LINK\nORA-03113: end-of-file on communication channel'))).toMatchObject({ blame: 'moment' });
    expect(refused(ora('ORA-00942: table or view does not exist\nORA-02063: preceding line from CRM_LINK'))).toMatchObject({ blame: 'query', error: { code: 'ORA-00942' } });
  });
});

describe('trying again', () => {
  it('helps with what passes', () => {
    for (const code of ['NJS-503', 'NJS-510', 'NJS-511', 'NJS-518', 'ORA-01033', 'ORA-01034', 'ORA-01089', 'ORA-12514', 'ORA-12541']) expect(atLogon(ora(`${code}: no`)).isLasting).toBe(false);
    for (const code of ['NJS-500', 'NJS-501', 'NJS-521', 'NJS-040', 'ORA-00028', 'ORA-03113', 'ORA-03114', 'ORA-03135']) expect(inCall(ora(`${code}: no`))).toMatchObject({ isLasting: false });
    for (const code of ['ORA-00054', 'ORA-00060']) expect(inCall(ora(`${code}: no`))).toMatchObject({ blame: 'moment' });
  });

  it('never happens with a logon that could lock the account', () => {
    for (const number of ['01017', '28000', '28001', '28009']) expect(mustNotTryAgain(ora(`ORA-${number}: no`))).toBe(true);
    expect(mustNotTryAgain(ora('ORA-03113: end-of-file'))).toBe(false);
    for (const number of ['01017', '28000', '28001', '28009']) expect(atLogon(ora(`ORA-${number}: no`)).isLasting).toBe(true);
  });
});
