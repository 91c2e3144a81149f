import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import oracledb, { type Connection } from 'oracledb';
import type { QueryPurpose } from '@tank/contracts';
import { waitFor } from '../../../../../embedded/test/parts.ts';
import { OracleError } from '../../../../../embedded/oracle-net/backend.ts';
import { ScriptedOracle } from '../../../test/scripted-oracle.js';
import { QueryFailed, SourceFailed } from '../../source.js';

/* Facts 3, 5 and 6: array DML, parsing without executing, read-only transactions. */
const UPDATE = 'UPDATE customer SET status = :STATUS WHERE id = :ID';
const TAKEN = new OracleError(1, 'unique constraint (TANK.CUSTOMER_PK) violated');

let oracle: ScriptedOracle;
let connection: Connection;
beforeEach(async () => {
  oracle = await ScriptedOracle.start();
  oracle.backend
    .on(/^(select|with)/i, { columns: [{ name: 'GRADE', type: 'NUMBER', precision: 3 }], rows: [['7']] })
    .on(/^(update|merge|insert)/i, { changes: (_, index) => (index % 10 === 3 ? TAKEN : 1) });
  connection = await oracledb.getConnection(oracle.logon);
});
afterEach(async () => {
  await connection.close();
  await oracle.close();
});

const rowsOf = (count: number) => Array.from({ length: count }, (_, i) => ({ STATUS: 'SENT', ID: String(i) }));
const updates = () => oracle.server.seen.statements.filter(({ sql }) => /^update/i.test(sql));

describe('fact 3: batchErrors[i] has message and offset only', () => {
  it('of the driver: no code, no errorNum; the number stands in front of the message', async () => {
    const { batchErrors } = await connection.executeMany(UPDATE, rowsOf(5), { batchErrors: true });
    expect(batchErrors).toHaveLength(1);
    expect(Object.getOwnPropertyNames(batchErrors![0]).filter((name) => name !== 'stack').sort()).toEqual(['message', 'offset']);
    expect(batchErrors![0]!.message).toMatch(/^ORA-00001: unique constraint \(TANK\.CUSTOMER_PK\) violated$/m);
    expect(batchErrors![0]!.offset).toBe(3);
  });

  it('the adapter knows the code of a row that failed all the same, and takes its number for no place in the SQL', async () => {
    const results = await oracle.open().update(UPDATE, rowsOf(5));
    expect(results.filter((_, row) => row !== 3)).toEqual(Array(4).fill({ changed: 1 }));
    const { failed } = results[3] as { failed: QueryFailed };
    expect(failed).toBeInstanceOf(QueryFailed);
    expect(failed).toMatchObject({ blame: 'row', error: { code: 'ORA-00001', position: null } });
  });

  it('with batch errors autoCommit does not commit: what passed is still open, and a rollback takes it back', async () => {
    await connection.executeMany(UPDATE, rowsOf(5), { batchErrors: true, autoCommit: true });
    expect(connection.transactionInProgress).toBe(true);
    expect(oracle.server.seen.counts.commits).toBe(0);
    await connection.rollback();
    expect(oracle.server.seen.counts).toMatchObject({ commits: 0, rollbacks: 1 });
  });

  it('the adapter commits each batch by a call of its own', async () => {
    await oracle.open().update(UPDATE, rowsOf(10));
    expect(oracle.server.seen.counts).toMatchObject({ commits: 1, rollbacks: 0 });
  });

  it('the driver refuses more than 65,535 batch errors, and with them the whole result', async () => {
    oracle.backend.on(/^update/i, { changes: () => TAKEN });
    const work = connection.executeMany(UPDATE, rowsOf(65_536), { batchErrors: true });
    await expect(work).rejects.toThrow('NJS-141');
  });

  it('the adapter sends at most 5,000 rows at once', async () => {
    oracle.backend.on(/^update/i, { changes: () => TAKEN });
    const results = await oracle.open({ limits: { updateMs: 10_000 } }).update(UPDATE, rowsOf(12_000));
    expect(updates().map(({ bindRows }) => bindRows)).toEqual([5_000, 5_000, 2_000]);
    expect(results.filter((result) => 'failed' in result && result.failed.error.code === 'ORA-00001')).toHaveLength(12_000);
    expect(oracle.server.seen.counts.commits).toBe(3);
  });
});

describe('fact 5: getStatementInfo also sends what is no query to the server, and Oracle runs DDL at parse', () => {
  it.each(['RENAME customer TO old_customer', 'PURGE RECYCLEBIN', 'LOCK TABLE customer IN EXCLUSIVE MODE', 'BEGIN erase_all; END;', 'DELETE FROM customer'])(
    'the driver sends "%s"', async (sql) => {
      oracle.backend.on(/./, { changes: 0 });
      await connection.getStatementInfo(sql);
      expect(oracle.server.seen.statements).toMatchObject([{ kind: 'parse', sql }]);
    });

  const DDL = ['CREATE TABLE t (a NUMBER)', 'DROP TABLE customer', 'TRUNCATE TABLE customer', 'GRANT DBA TO tank'];
  it.each(DDL)('the driver keeps "%s" to itself, and says that it is right', async (sql) => {
    await expect(connection.getStatementInfo(sql)).resolves.toMatchObject({ bindNames: [] });
    expect(oracle.server.seen.statements).toEqual([]);
  });

  const NEVER = [
    ...DDL, 'RENAME customer TO old_customer', 'PURGE RECYCLEBIN', 'LOCK TABLE customer IN EXCLUSIVE MODE', 'ALTER USER tank IDENTIFIED BY other', 'NOAUDIT ALL',
    'BEGIN erase_all; END;', 'DECLARE n NUMBER; BEGIN erase_all; END;', 'CALL erase_all()', 'COMMENT ON TABLE customer IS \'x\'', 'FLASHBACK TABLE customer TO BEFORE DROP',
    'ANALYZE TABLE customer COMPUTE STATISTICS', 'DELETE FROM customer', 'SET ROLE dba', 'COMMIT', 'ROLLBACK', 'SAVEPOINT a', '/* SELECT */ RENAME customer TO old_customer', 'SELECT 1 FROM dual; DROP TABLE customer',
  ];
  it.each(['target', 'mapping', 'update'] as const)('the adapter lets none of them reach a database as %s: not even a connection is made', async (purpose) => {
    const source = oracle.open();
    const before = oracle.server.seen.counts.connections;
    for (const sql of NEVER) await expect(source.check({ purpose, sql, bindable: [] })).rejects.toBeInstanceOf(QueryFailed);
    for (const sql of NEVER) await expect(purpose === 'update' ? source.update(sql, [{}]) : source.sample(sql, 1)).rejects.toBeInstanceOf(QueryFailed);
    expect(oracle.server.seen.counts.connections).toBe(before);
  });

  const CHANGES = [
    'UPDATE customer SET status = \'x\' WHERE id = 1', 'INSERT INTO customer (id) VALUES (1)',
    'MERGE INTO customer c USING dual ON (1 = 0) WHEN MATCHED THEN UPDATE SET status = \'x\'',
  ];
  it.each(CHANGES)('a change is no Target Query: "%s"', async (sql) => {
    await expect(oracle.open().check({ purpose: 'target', sql, bindable: [] })).rejects.toBeInstanceOf(QueryFailed);
    expect(oracle.server.seen.statements).toEqual([]);
  });

  it.each<[QueryPurpose, string, string[]]>([
    ['target', 'WITH due AS (SELECT grade FROM customer) SELECT grade FROM due', ['GRADE']],
    ['mapping', 'SELECT grade FROM customer', ['GRADE']],
    ...CHANGES.map((sql): [QueryPurpose, string, string[]] => ['update', sql, []]),
  ])('a check parses a %s query once and executes nothing', async (purpose, sql, columns) => {
    const checked = await oracle.open().check({ purpose, sql, bindable: [] });
    expect(checked.columns.map(({ name }) => name)).toEqual(columns);
    expect(oracle.server.seen.statements.filter(({ sql: sent }) => !sent.startsWith('ALTER SESSION'))).toMatchObject([{ kind: 'parse', sql }]);
  });
});

describe('fact 6: SET TRANSACTION READ ONLY as the first statement', () => {
  const READ_ONLY = 'SET TRANSACTION READ ONLY';
  const LOOK_UP = 'SELECT grade FROM customer WHERE id = :ID';
  const sent = () => oracle.statements.map((sql) => (/^select/i.test(sql) ? 'a query' : sql));

  it('makes DML of the same transaction fail with ORA-01456, and of the next one no more', async () => {
    await connection.execute(READ_ONLY);
    await expect(connection.execute('DELETE FROM customer')).rejects.toMatchObject({ code: 'ORA-01456' });
    await connection.rollback();
    await connection.execute('UPDATE customer SET status = 1');
  });

  it('stands in front of a Target Query', async () => {
    for await (const batch of oracle.open().streamTarget('SELECT grade FROM customer', new AbortController().signal)) expect(batch).toEqual([{ GRADE: 7 }]);
    expect(sent()).toEqual([READ_ONLY, 'a query']);
  });

  it('stands in front of a sample', async () => {
    await oracle.open().sample('SELECT grade FROM customer', 5);
    expect(sent()).toEqual([READ_ONLY, 'a query']);
  });

  it('stands in front of every look-up that comes alone, also where the session is used again', async () => {
    const source = oracle.open({ limits: { poolSize: 1 } });
    for (let asked = 0; asked < 3; asked += 1) await source.lookUp(LOOK_UP, { ID: '1' });
    expect(sent()).toEqual([READ_ONLY, 'a query', READ_ONLY, 'a query', READ_ONLY, 'a query']);
    await waitFor(() => oracle.server.seen.counts.rollbacks === 3, { what: 'the end of the third transaction' });
  });

  it('stands in front of every group of look-ups that come together', async () => {
    const source = oracle.open({ limits: { poolSize: 1 } });
    await Promise.all(Array.from({ length: 20 }, (_, i) => source.lookUp(LOOK_UP, { ID: String(i) })));
    expect(sent().filter((sql) => sql === 'a query')).toHaveLength(20);
    expect(sent()[0]).toBe(READ_ONLY);
    const begun = sent().filter((sql) => sql === READ_ONLY).length;
    await waitFor(() => oracle.server.seen.counts.rollbacks === begun, { what: 'the end of every transaction' });
  });

  it('is over when an update uses the session after a look-up', async () => {
    const source = oracle.open({ limits: { poolSize: 1 } });
    await source.lookUp(LOOK_UP, { ID: '1' });
    expect(await source.update(UPDATE, rowsOf(2))).toEqual([{ changed: 1 }, { changed: 1 }]);
    await source.lookUp(LOOK_UP, { ID: '1' });
    expect(sent().filter((sql) => sql === READ_ONLY)).toHaveLength(2);
    expect(oracle.server.seen.counts.logons).toBe(2);
  });

  it('a query whose function changes data fails with ORA-01456, which is explained; nothing of the source is wrong', async () => {
    oracle.backend.on(/sly/, { error: new OracleError(1456, 'may not perform insert, delete, update operation inside a READ ONLY transaction') });
    const error = await oracle.open().lookUp('SELECT sly(:ID) AS x FROM dual', { ID: '1' }).catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(SourceFailed);
    expect(error).toMatchObject({ blame: 'query', error: { code: 'ORA-01456', ko: { cause: expect.stringMatching(/[가-힣]/) } } });
    const { cause, remedy } = (error as QueryFailed).error;
    expect(`${cause} ${remedy}`).toMatch(/read-only|changes? data/i);
  });
});
