import { describe, expect, it } from '@jest/globals';
import type { Row } from '@tank/contracts';
import type { AskedSession, Bind } from './asked-session.js';
import { checkAccount, refuseSys } from './check-account.js';
import { checkTimesAsDate, checkTimesAsZoned, checkTimesRead } from './check-conversions.js';
import { checkPrivileges } from './check-privileges.js';
import { checkEncryption, checkSessionNames, checkVersion, isAtLeast } from './check-server.js';
import { checkRoundTrip, checkTimeLimit, quantile } from './check-speed.js';
import { checkClock, checkFormats, checkTimeZone } from './check-times.js';

/** Answers by a part of the SQL; what nobody answers is not readable. */
function answering(answers: Record<string, Row[] | ((binds: Bind[]) => Row[])>, over: Partial<AskedSession> = {}): AskedSession {
  const rows = async (sql: string, binds: Bind[] = []) => {
    const [, answer] = Object.entries(answers).find(([part]) => sql.includes(part)) ?? [];
    if (!answer) throw new Error(`Nobody answers ${sql}`);
    return typeof answer === 'function' ? answer(binds) : answer;
  };
  return { rows, readable: (sql) => rows(sql).catch(() => null), ping: async () => {}, limited: async () => {}, ...over };
}
const oracleError = (message: string) => Object.assign(new Error(message), { code: message.slice(0, 9) });
const thin = { version: '19.23.0.0.0', protocol: 'TCP', isThin: true };

describe('a check of versions', () => {
  it('compares them by their parts', () => {
    expect([isAtLeast('12.1.0.2.0', 12, 1), isAtLeast('23.6.0.24.10', 12, 1), isAtLeast('12.2', 12, 1), isAtLeast('11.2.0.4.0', 12, 1)]).toEqual([true, true, true, false]);
  });

  it('takes 11.2 in thick mode alone', async () => {
    expect(await checkVersion(answering({}), { ...thin, version: '11.2.0.4.0' })).toMatchObject([{ level: 'failed' }]);
    expect(await checkVersion(answering({}), { ...thin, version: '11.2.0.4.0', isThin: false })).toMatchObject([{ level: 'ok', remedy: [expect.stringContaining('thick mode'), expect.anything()] }]);
  });

  it('recognises Native Network Encryption in thick mode', async () => {
    const banners = answering({ network_service_banner: [{ NETWORK_SERVICE_BANNER: 'Encryption service for Linux: Version 19' }, { NETWORK_SERVICE_BANNER: 'AES256 Encryption service adapter for Linux: Version 19' }] });
    expect(await checkEncryption(banners, { ...thin, isThin: false })).toMatchObject([{ figure: ['Native Network Encryption', expect.anything()] }]);
    expect(await checkEncryption(answering({}), thin)).toMatchObject([{ level: 'ok', figure: ['none (TCP)', '없음 (TCP)'] }]);
  });

  it('notices that something else names the session', async () => {
    expect(await checkSessionNames(answering({ "'MODULE'": [{ VALUE: 'proxy' }] }))).toMatchObject([{ level: 'warning', figure: ['MODULE proxy, ACTION –, CLIENT_IDENTIFIER –', expect.anything()] }]);
  });
});

describe('a check of times', () => {
  it('fails where the session is in another zone than the connection', async () => {
    const zones = answering({ DBTIMEZONE: [{ OF_DATABASE: '+00:00', OF_SESSION: 'UTC' }] });
    expect(await checkTimeZone(zones, 'Asia/Seoul')).toMatchObject([{ level: 'failed', figure: ['session UTC, database +00:00', expect.anything()] }]);
  });

  it('advises where the zone of the database is a region', async () => {
    expect(await checkTimeZone(answering({ DBTIMEZONE: [{ OF_DATABASE: 'Asia/Seoul', OF_SESSION: 'Asia/Seoul' }] }), 'Asia/Seoul')).toMatchObject([{ level: 'ok', remedy: [expect.stringContaining('LOCAL TIME ZONE'), expect.anything()] }]);
  });

  it.each([
    ['is content with a clock that agrees', '2026-11-20T09:30:00.5+09:00', '2026-11-20T09:30:00', 'ok', '1 s from this machine; SYSDATE 0 min from Asia/Seoul'],
    ['warns of a clock that is wrong', '2026-11-20T09:33:20+09:00', '2026-11-20T09:33:20', 'warning', '200 s from this machine; SYSDATE 0 min from Asia/Seoul'],
    ['warns where SYSDATE is of another zone', '2026-11-20T09:30:00+09:00', '2026-11-20T00:30:00', 'warning', '0 s from this machine; SYSDATE -540 min from Asia/Seoul'],
  ])('%s', async (_, instant, wall, level, figure) => {
    const clock = answering({ SYSTIMESTAMP: [{ AT_INSTANT: instant, AT_WALL: wall }] });
    expect(await checkClock(clock, 'Asia/Seoul', () => new Date('2026-11-20T00:30:00Z'))).toMatchObject([{ level, figure: [figure, expect.anything()] }]);
  });

  it('fails where the formats of the session are not those of Tank', async () => {
    const own = [
      ['NLS_DATE_FORMAT', 'YYYY-MM-DD"T"HH24:MI:SS'], ['NLS_TIMESTAMP_FORMAT', 'YYYY-MM-DD"T"HH24:MI:SS.FF'], ['NLS_TIMESTAMP_TZ_FORMAT', 'YYYY-MM-DD"T"HH24:MI:SS.FFTZH:TZM'], ['NLS_NUMERIC_CHARACTERS', '.,'],
    ].map(([PARAMETER, VALUE]) => ({ PARAMETER: PARAMETER!, VALUE: VALUE! }));
    expect(await checkFormats(answering({ nls_session_parameters: own }))).toMatchObject([{ level: 'ok' }]);
    expect(await checkFormats(answering({ nls_session_parameters: [...own, { PARAMETER: 'NLS_NUMERIC_CHARACTERS', VALUE: ',.' }] }))).toMatchObject([{ level: 'failed', figure: ['NLS_NUMERIC_CHARACTERS ,.', expect.anything()] }]);
  });
});

describe('a check of conversions', () => {
  const isText = (bind: Bind | undefined) => typeof (bind as { val: unknown }).val === 'string';

  it('fails where a time of Tank is taken for another one', async () => {
    expect(await checkTimesAsDate(answering({ TO_DATE: ([bind]) => [{ RESULT: isText(bind) ? 'same' : 'other' }] }))).toMatchObject([{ level: 'failed', figure: ['a time of Tank: other, a text: ok, a text of the date alone: ok', expect.anything()] }]);
  });

  it('warns where texts are not converted, and says how to write it', async () => {
    const refusing = answering({ TO_TIMESTAMP_TZ: ([bind]) => {
      if (isText(bind)) throw oracleError('ORA-01843: not a valid month');
      return [{ RESULT: 'same' }];
    } });
    expect(await checkTimesAsZoned(refusing, 'Asia/Seoul')).toMatchObject([{ level: 'warning', remedy: [expect.stringContaining('TO_TIMESTAMP_TZ(:name'), expect.anything()] }]);
  });

  it('only advises where a text that is seldom bound is not converted', async () => {
    const strict = answering({ TO_DATE: ([bind]) => {
      if ((bind as { val: unknown }).val === '2026-11-20') throw oracleError('ORA-01840: input value not long enough for date format');
      return [{ RESULT: 'same' }];
    } });
    expect(await checkTimesAsDate(strict)).toMatchObject([{ level: 'ok', figure: [expect.stringContaining('the date alone: ORA-01840'), expect.anything()], remedy: [expect.stringContaining('TO_DATE(:name'), expect.anything()] }]);
  });

  it('ends at an error that is not about converting', async () => {
    const gone = answering({ TO_DATE: () => { throw oracleError('ORA-03113: end-of-file on communication channel'); } });
    await expect(checkTimesAsDate(gone)).rejects.toThrow('ORA-03113');
  });

  it('fails in thin mode where a time is not read to the microsecond, and only warns in thick mode', async () => {
    const coarse = answering({ TO_TIMESTAMP_TZ: [{ D: '2026-11-20T09:30:00', T: '2026-11-20T09:30:00.123', Z: '2026-11-20T09:30:00.123456+09:00' }] });
    expect(await checkTimesRead(coarse, 'Asia/Seoul', true)).toMatchObject([{ level: 'failed', figure: ['2026-11-20T09:30:00.123456 → 2026-11-20T09:30:00.123', expect.anything()] }]);
    expect(await checkTimesRead(coarse, 'Asia/Seoul', false)).toMatchObject([{ level: 'warning' }]);
  });
});

describe('a check of the account', () => {
  const account = (ACCOUNT_STATUS: string, EXPIRY_DATE: string | null) => checkAccount(answering({ user_users: [{ ACCOUNT_STATUS, EXPIRY_DATE, TODAY: '2026-11-20T09:30:00' }] }));

  it('warns a fortnight before the password expires', async () => {
    expect(await account('OPEN', '2026-12-20T00:00:00')).toMatchObject([{ level: 'ok', figure: ['OPEN, the password expires on 2026-12-20 (30 days)', expect.anything()] }]);
    expect(await account('OPEN', '2026-12-04T09:30:00')).toMatchObject([{ level: 'warning', figure: [expect.stringContaining('(14 days)'), expect.anything()] }]);
    expect(await account('OPEN', null)).toMatchObject([{ level: 'ok' }]);
  });

  it.each([['SYS', true], ['"SYS"', true], ['sys as sysdba', true], ['tank as SYSDBA', true], ['SYSTEM', false], ['TANK', false], ['sysadm', false]])('refuses %s: %s', (user, isRefused) => expect(refuseSys(user) !== null).toBe(isRefused));
});

describe('a check of privileges', () => {
  it('counts what everybody may write in the tables of the customer', async () => {
    const session = answering({
      session_privs: [{ PRIVILEGE: 'CREATE SESSION' }], user_tab_privs: [], all_tab_privs: [{ ROLE: 'PUBLIC', OWNER: 'CRM', TABLE_NAME: 'NOTES', PRIVILEGE: 'UPDATE' }],
    });
    const findings = await checkPrivileges(session, thin, null);
    expect(findings.find(({ id }) => id === 'write-privileges')).toMatchObject({ level: 'warning', figure: ['UPDATE ON CRM.NOTES [PUBLIC]', expect.anything()] });
  });

  it('is left out where the dictionary is closed', async () => {
    expect(await checkPrivileges(answering({}), thin, null)).toMatchObject([{ level: 'skipped' }]);
  });
});

describe('a check of speed', () => {
  it('takes quantiles from measured values', () => {
    const values = Array.from({ length: 20 }, (_, n) => 20 - n);
    expect([quantile(values, 0.5), quantile(values, 0.95), quantile([7], 0.95)]).toEqual([10, 19, 7]);
  });

  it('pings twenty times', async () => {
    let pings = 0;
    expect(await checkRoundTrip(answering({}, { ping: async () => void (pings += 1) }))).toMatchObject([{ level: 'ok' }]);
    expect(pings).toBe(20);
  });

  it('does not count an end of the statement that the time limit did not bring', async () => {
    expect(await checkTimeLimit(answering({}))).toMatchObject([{ level: 'skipped' }]);
    const gone = answering({}, { limited: () => Promise.reject(oracleError('ORA-03135: connection lost contact')) });
    await expect(checkTimeLimit(gone)).rejects.toThrow('ORA-03135');
    const stopped = answering({}, { limited: () => Promise.reject(oracleError('ORA-02393: exceeded call limit on CPU usage')) });
    expect(await checkTimeLimit(stopped)).toMatchObject([{ level: 'ok' }]);
  });
});
