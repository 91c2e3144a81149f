import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import oracledb, { type Connection } from 'oracledb';
import { waitFor } from '../../test/parts.ts';
import { OracleNetServer } from '../oracle-net-server.ts';
import { THIN_DIALECTS } from '../scripted-server.fixture.ts';
import { OpenedSessions } from './opened-session.fixture.ts';

const PASSWORD = 'only-for-this-test';
const TABLES = `
  CREATE TABLE customer (id integer PRIMARY KEY, name varchar(10) NOT NULL, amount numeric(9, 2), due timestamp(0), sent timestamptz, note oracle_types.clob, small_note oracle_types.nvarchar2, r bytea, b boolean);
  INSERT INTO customer (id, name, amount, due, note) SELECT id, 'n' || id, id / 4.0, '2026-11-25 09:30', repeat('가', 3000) FROM generate_series(1, 300) AS id`;

describe.each(THIN_DIALECTS)('a PostgreSQL, through the driver of Oracle, in the dialect of %s', (dialect) => {
  let sessions: OpenedSessions;
  let server: OracleNetServer;
  let connection: Connection;

  beforeAll(async () => {
    sessions = await OpenedSessions.begin(TABLES, { dialect, accounts: { tank: { password: PASSWORD } } });
    server = new OracleNetServer({ backend: sessions.backend, dialect });
    await server.listen();
  });
  afterAll(async () => {
    await server.close();
    await sessions.end();
  });
  beforeEach(async () => {
    connection = await connect();
  });
  afterEach(() => connection.close());

  const connect = () => oracledb.getConnection({ user: 'tank', password: PASSWORD, connectString: `127.0.0.1:${server.port}/demo` });
  const refusal = (work: Promise<unknown>): Promise<oracledb.DBError> => work.then(() => Promise.reject(new Error('It did not fail.')), (error) => error);
  const nameSeenOutside = async (id: number) => (await sessions.admin.query('SELECT name FROM customer WHERE id = $1', [id])).rows[0].name;

  it('is logged on to, and knows who asks', async () => {
    connection.module = 'tank-dbio';
    const { rows } = await connection.execute("SELECT USER, SYS_CONTEXT('USERENV', 'SERVICE_NAME'), module FROM v$session");
    expect(rows).toEqual([['TANK', 'DEMO', 'tank-dbio']]);
  });

  it('gives values of all types, by binds of all types', async () => {
    await connection.execute("ALTER SESSION SET TIME_ZONE = '+00:00'");
    await connection.execute('INSERT INTO customer (id, name, amount, due, sent, note, small_note, r, b) VALUES (:id, :name, :amount, :due, :sent, :note, :small, :r, :b)', {
      id: 1001, name: '홍길동', amount: -12.5, due: { type: oracledb.DB_TYPE_DATE, val: new Date(2026, 10, 25, 9, 30) }, sent: { type: oracledb.DB_TYPE_TIMESTAMP_TZ, val: new Date('2026-11-20T00:00:00.123Z') },
      note: '길'.repeat(5_000), small: { type: oracledb.DB_TYPE_NVARCHAR, val: '작은' }, r: Buffer.from('00ff', 'hex'), b: 1,
    });
    const { rows, metaData } = await connection.execute<unknown[]>('SELECT id, name, amount, due, sent, note, small_note, r, b FROM customer WHERE id = :1', [1001], {
      fetchTypeHandler: ({ dbType }: oracledb.Metadata<unknown>) => (dbType === oracledb.DB_TYPE_CLOB ? { type: oracledb.STRING } : undefined),
    } as oracledb.ExecuteOptions);
    expect(rows).toEqual([[1001, '홍길동', -12.5, new Date(2026, 10, 25, 9, 30), new Date('2026-11-20T00:00:00.123Z'), '길'.repeat(5_000), '작은', Buffer.from('00ff', 'hex'), dialect === '23ai' ? true : 1]]);
    expect(metaData!.map(({ name, dbTypeName }) => `${name} ${dbTypeName}`)).toEqual(
      ['ID NUMBER', 'NAME VARCHAR2', 'AMOUNT NUMBER', 'DUE DATE', 'SENT TIMESTAMP WITH TIME ZONE', 'NOTE CLOB', 'SMALL_NOTE NVARCHAR2', 'R RAW', `B ${dialect === '23ai' ? 'BOOLEAN' : 'NUMBER'}`]);
    await connection.rollback();
  });

  it('streams rows, large texts among them', async () => {
    let count = 0;
    for await (const [id, note] of connection.queryStream('SELECT id, note FROM customer ORDER BY id', [], { fetchArraySize: 50, fetchInfo: { NOTE: { type: oracledb.STRING } } })) {
      count += 1;
      expect([id, note.length]).toEqual([count, 3_000]);
    }
    expect(count).toBe(300);
  });

  it('describes a query without executing it, and points at what is wrong', async () => {
    const { metaData, statementType } = await connection.getStatementInfo('SELECT id, name FROM customer WHERE id = :id');
    expect([metaData?.map(({ name }) => name), statementType]).toEqual([['ID', 'NAME'], oracledb.STMT_TYPE_SELECT]);
    const sql = "SELECT '가나', nam FROM customer";
    const error = await refusal(connection.getStatementInfo(sql));
    expect([error.message.split('\n')[0], sql.slice(error.offset)]).toEqual(['ORA-00904: "NAM": invalid identifier', 'nam FROM customer']);
  });

  it('changes many rows, keeps the failures of some, and commits only when it is told', async () => {
    const binds = [[1, 'first'], [2, null], [3, 'a name too long'], [4, 'fourth'], [99_999, 'nobody']].map(([id, name]) => ({ id, name }));
    const { batchErrors, dmlRowCounts } = await connection.executeMany('UPDATE customer SET name = :name WHERE id = :id', binds, {
      batchErrors: true, dmlRowCounts: true, bindDefs: { id: { type: oracledb.NUMBER }, name: { type: oracledb.STRING, maxSize: 20 } },
    });
    expect(batchErrors!.map(({ offset, message }) => [offset, message.slice(0, 9)])).toEqual([[1, 'ORA-01407'], [2, 'ORA-12899']]);
    expect(dmlRowCounts).toEqual([1, 0, 0, 1, 0]);
    expect(await nameSeenOutside(1)).not.toBe('first');
    await connection.commit();
    expect([await nameSeenOutside(1), await nameSeenOutside(4)]).toEqual(['first', 'fourth']);
    await sessions.admin.query("UPDATE customer SET name = 'n' || id WHERE id <= 4");
  });

  it('refuses changes in a transaction that only reads, until it ends', async () => {
    await connection.execute('SET TRANSACTION READ ONLY');
    expect((await refusal(connection.execute("UPDATE customer SET name = 'x'"))).message).toMatch(/^ORA-01456/);
    await connection.rollback();
    expect((await connection.execute("UPDATE customer SET name = 'x' WHERE id = 1")).rowsAffected).toBe(1);
    await connection.rollback();
  });

  it('ends a call that takes too long, and rolls back what a connection leaves behind', async () => {
    const other = await connect();
    await other.execute("UPDATE customer SET name = 'x' WHERE id = 5");
    other.callTimeout = 300;
    expect((await refusal(other.execute('BEGIN DBMS_SESSION.SLEEP(60); END;'))).message).toMatch(/NJS-123/);
    other.callTimeout = 0;
    expect((await other.execute('SELECT name FROM customer WHERE id = 5')).rows).toEqual([['x']]);
    server.cutConnections();
    await waitFor(async () => (await sessions.admin.query("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'")).rowCount === 0, { what: 'no transaction to be left' });
    expect(await nameSeenOutside(5)).toBe('n5');
    connection = await connect();
  });

  it('says so when PostgreSQL is gone in the middle', async () => {
    const pid = ((await connection.execute<[number]>('SELECT audsid FROM v$session')).rows![0]!)[0];
    await sessions.admin.query('SELECT pg_terminate_backend($1)', [pid]);
    expect((await refusal(connection.execute('SELECT 1 FROM dual'))).message).toMatch(/ORA-0311[34]|NJS-500/);
    await connection.close().catch(() => undefined);
    connection = await connect();
  });

  it('was understood throughout', () => expect(server.seen.protocolErrors).toEqual([]));
});
