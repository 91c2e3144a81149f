import { afterEach, describe, expect, it } from '@jest/globals';
import oracledb from 'oracledb';
import type { SourceProblem } from '@tank/contracts';
import type { DialectName } from '../../../../../embedded/oracle-net/dialects.ts';
import type { OracleValue } from '../../../../../embedded/oracle-net/backend.ts';
import { KoreanListener } from '../../../test/korean-listener.js';
import { inOwnProcess } from '../../../test/own-process.js';
import { NEEDED_SETTINGS, ScriptedOracle, type OpenedWith } from '../../../test/scripted-oracle.js';
import { readDbioConfig } from '../../dbio.config.js';
import { QueryFailed } from '../../source.js';

/*
 * Fact 9: releases and character sets. What a real database does with characters nobody can show here; what is asked of it,
 * and what is said when it cannot be had, can be shown.
 */
const THICK: OpenedWith = { settings: { clientMode: 'thick', clientLibDir: '/nonexistent/instantclient' } };
/** 가 to 힣 are in CP949, some only there; the last character is in neither. */
const KOREAN = '똠방각하 홍길동 뷁';
const BEYOND_CP949 = '𠮷';

let oracle: ScriptedOracle;
let listener: KoreanListener | undefined;
afterEach(async () => {
  await oracle.close();
  await listener?.close();
  listener = undefined;
});

async function problemOf(opened: OpenedWith = {}): Promise<SourceProblem> {
  const test = await oracle.open(opened).connectTest();
  if (test.ok) throw new Error('The connection works.');
  return test.problem;
}
/** Every setting that a remedy names is one of dbio's. */
function settingsNamedIn({ remedy, ko }: SourceProblem): string[] {
  const named = (text: string | null) => [...new Set([...(text ?? '').matchAll(/ORACLE_[A-Z_]+/g)].map(([name]) => name))].sort();
  expect(named(ko.remedy)).toEqual(named(remedy));
  return named(remedy);
}

describe('fact 9: Thin needs Oracle 12.1+; 11.2 needs thick mode', () => {
  it.each<[DialectName, string]>([['23ai', '23.6.0.24.10'], ['19c', '19.23.0.0.0'], ['12.1', '12.1.0.2.0']])('%s is reached', async (dialect, version) => {
    oracle = await ScriptedOracle.start({ dialect });
    expect(await oracle.open().connectTest()).toMatchObject({ ok: true, serverVersion: version });
  });

  it('11.2 is refused by the driver as soon as it answers: no password is sent to it', async () => {
    oracle = await ScriptedOracle.start({ dialect: '11.2' });
    await expect(oracledb.getConnection(oracle.logon)).rejects.toMatchObject({ code: 'NJS-138' });
    expect(oracle.server.seen.counts.logons).toBe(0);
  });

  it('and the adapter says what to do: thick mode, by settings that dbio has', async () => {
    oracle = await ScriptedOracle.start({ dialect: '11.2' });
    const problem = await problemOf();
    expect(problem).toMatchObject({ code: 'SOURCE_THICK_NEEDED', databaseCodes: ['NJS-138'] });
    for (const cause of [problem.cause, problem.ko.cause]) expect(cause).toMatch(/12\.1.*Instant Client 19/);
    expect(settingsNamedIn(problem)).toEqual(['ORACLE_CLIENT_LIB_DIR', 'ORACLE_CLIENT_MODE']);
  });

  it('so it does for native network encryption, which thin mode does not have', async () => {
    oracle = await ScriptedOracle.start({ requiresEncryption: true });
    const problem = await problemOf();
    expect(problem).toMatchObject({ code: 'SOURCE_THICK_NEEDED', databaseCodes: ['ORA-12660', 'NJS-533'], remedy: expect.stringContaining('TCPS') });
    expect(settingsNamedIn(problem)).toEqual(['ORACLE_CLIENT_LIB_DIR', 'ORACLE_CLIENT_MODE']);
    expect(oracle.server.seen.counts.logons).toBe(0);
  });

  it('both settings are taken', async () => {
    oracle = await ScriptedOracle.start();
    expect(readDbioConfig(NEEDED_SETTINGS)).toMatchObject({ ORACLE_CLIENT_MODE: 'thin' });
    expect(readDbioConfig({ ...NEEDED_SETTINGS, ORACLE_CLIENT_MODE: 'thick', ORACLE_CLIENT_LIB_DIR: '/opt/oracle/instantclient' }))
      .toMatchObject({ ORACLE_CLIENT_MODE: 'thick', ORACLE_CLIENT_LIB_DIR: '/opt/oracle/instantclient' });
  });
});

describe("fact 9: thick mode needs Oracle's client libraries", () => {
  it('the driver says DPI-1047 where they are missing, and has not changed its mode by then', async () => {
    oracle = await ScriptedOracle.start();
    const told = await inOwnProcess({}, null, async (_, { driver }) => {
      try {
        driver.initOracleClient({ libDir: '/nonexistent/instantclient' });
        return { message: 'It passed.', isThin: driver.thin };
      } catch (error) {
        return { message: (error as Error).message, isThin: driver.thin };
      }
    });
    expect(told).toEqual({ message: expect.stringMatching(/^DPI-1047: /), isThin: true });
  });

  it('the driver does not change its mode after a thin connection: NJS-118', async () => {
    oracle = await ScriptedOracle.start();
    const told = await inOwnProcess({}, oracle.logon, async (logon, { driver }) => {
      const connection = await driver.getConnection(logon);
      await connection.close();
      try {
        driver.initOracleClient({ libDir: '/nonexistent/instantclient' });
        return 'It passed.';
      } catch (error) {
        return (error as { code?: string }).code;
      }
    });
    expect(told).toBe('NJS-118');
  });

  it('the adapter explains DPI-1047, sends nothing, and leaves its other sources alone', async () => {
    oracle = await ScriptedOracle.start();
    const thin = oracle.open();
    await expect(thin.connectTest()).resolves.toMatchObject({ ok: true });
    const before = oracle.server.seen.counts.connections;
    const problem = await problemOf(THICK);
    expect(problem).toMatchObject({ code: 'SOURCE_CLIENT_MISSING', databaseCodes: ['DPI-1047'], cause: expect.stringContaining('libaio') });
    expect(settingsNamedIn(problem)).toEqual(['ORACLE_CLIENT_LIB_DIR', 'ORACLE_CLIENT_MODE']);
    expect(oracle.server.seen.counts.connections).toBe(before);
    await expect(thin.connectTest()).resolves.toMatchObject({ ok: true });
  });

  it('and says so to look-ups and updates, too', async () => {
    oracle = await ScriptedOracle.start();
    const source = oracle.open(THICK);
    for (const work of [() => source.lookUp('SELECT a FROM t', {}), () => source.update('UPDATE t SET a = :A WHERE b = 1', [{ A: '1' }])]) {
      await expect(work()).rejects.toMatchObject({ isLasting: true, problem: { code: 'SOURCE_CLIENT_MISSING' } });
    }
  });
});

describe('fact 9: KO16MSWIN949 databases work: the server converts', () => {
  it('the driver asks for UTF-8 of a database that has KO16MSWIN949, and Korean goes both ways as it is', async () => {
    oracle = await ScriptedOracle.start();
    listener = await KoreanListener.to(oracle.server.port);
    const bound: OracleValue[] = [];
    oracle.backend.on(/^select/i, ({ values }) => {
      bound.push(values.B1!);
      return { columns: [{ name: '이름', type: 'VARCHAR2', size: 60 }], rows: [[KOREAN]] };
    });
    const source = oracle.open({ connection: { port: listener.port } });
    expect((await source.lookUp('SELECT 이름 FROM 고객 WHERE 이름 = :이름', { 이름: KOREAN })).rows).toEqual([{ 이름: KOREAN }]);
    expect(bound).toEqual([KOREAN]);
    expect(oracle.statements.at(-1)).toBe('SELECT 이름 FROM 고객 WHERE 이름 = :b1');
    const { heard, timesTold } = listener;
    expect(timesTold).toBe(1);
    expect(heard.includes(Buffer.from(KOREAN))).toBe(true);
    expect(heard.toString('latin1')).toMatch(/SESSION_CLIENT_CHARSET[^A-Z]*873/); // AL32UTF8
  });

  it('what CP949 does not have is sent as well: it is the database that loses it', async () => {
    oracle = await ScriptedOracle.start();
    listener = await KoreanListener.to(oracle.server.port);
    const bound: OracleValue[] = [];
    oracle.backend.on(/^update/i, { changes: (binds) => bound.push(binds[0]!.value) && 1 });
    await oracle.open({ connection: { port: listener.port } }).update('UPDATE t SET a = :A WHERE b = :B', [{ A: BEYOND_CP949, B: '1' }, { A: KOREAN, B: '2' }]);
    expect(bound).toEqual([BEYOND_CP949, KOREAN]);
  });
});

describe('fact 9: NCHAR must be AL16UTF16', () => {
  const UTF8_NATIONAL = 871;

  async function startWith(type: 'VARCHAR2' | 'NVARCHAR2'): Promise<void> {
    oracle = await ScriptedOracle.start({ nationalCharacterSet: UTF8_NATIONAL });
    oracle.backend.on(/^select/i, { columns: [{ name: 'NAME', type, size: 20 }], rows: [[KOREAN]] });
  }

  it('else the driver refuses a national column, NJS-100, and nothing else', async () => {
    await startWith('NVARCHAR2');
    const connection = await oracledb.getConnection(oracle.logon);
    await expect(connection.execute('SELECT name FROM t')).rejects.toMatchObject({ code: 'NJS-100', message: expect.stringContaining('871') });
    oracle.backend.on(/^select/i, { columns: [{ name: 'NAME', type: 'VARCHAR2', size: 20 }], rows: [[KOREAN]] });
    expect((await connection.execute('SELECT name FROM u')).rows).toEqual([[KOREAN]]);
    await connection.close();
  });

  it('the adapter blames the query for such a column and names both ways out', async () => {
    await startWith('NVARCHAR2');
    const error: unknown = await oracle.open().lookUp('SELECT name FROM t WHERE id = :ID', { ID: '1' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(QueryFailed);
    const named = expect.stringMatching(/VARCHAR2.*ORACLE_CLIENT_MODE=thick/);
    expect(error).toMatchObject({ blame: 'query', error: { code: 'NJS-100', remedy: named, ko: { remedy: named } } });
  });

  it('the adapter reads and writes everything else of such a database', async () => {
    await startWith('VARCHAR2');
    oracle.backend.on(/^update/i, { changes: 1 });
    const source = oracle.open();
    expect((await source.lookUp('SELECT name FROM t WHERE id = :ID', { ID: KOREAN })).rows).toEqual([{ NAME: KOREAN }]);
    expect(await source.update('UPDATE t SET name = :NAME WHERE id = :ID', [{ NAME: KOREAN, ID: '1' }])).toEqual([{ changed: 1 }]);
  });
});
