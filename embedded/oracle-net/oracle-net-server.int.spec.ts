import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import oracledb from 'oracledb';
import { waitFor } from '../test/parts.ts';
import { OracleError, type OracleColumn } from './backend.ts';
import { startScriptedServer, THIN_DIALECTS, type ScriptedServer } from './scripted-server.fixture.ts';

const PEOPLE: OracleColumn[] = [{ name: 'ID', type: 'NUMBER', precision: 10, scale: 0, nullable: false }, { name: 'NAME', type: 'VARCHAR2', size: 30 }];
const VERSIONS: Record<string, string> = { '23ai': '23.6.0.24.10', '19c': '19.23.0.0.0', '12.1': '12.1.0.2.0' };

describe.each(THIN_DIALECTS)('the Oracle Net server in the dialect of %s', (dialect) => {
  let oracle: ScriptedServer;

  beforeEach(async () => {
    oracle = await startScriptedServer(dialect);
    oracle.backend.on(/from people/i, { columns: PEOPLE, rows: [['1', '홍길동'], ['2', null]] });
  });
  afterEach(() => oracle.end());

  const refusalOf = async (sql: string, binds: oracledb.BindParameters = []) => {
    const connection = await oracle.connect();
    return oracle.refusal(connection.execute(sql, binds));
  };

  it('is the release it says it is', async () => {
    const connection = await oracle.connect();
    expect(connection.oracleServerVersionString).toBe(VERSIONS[dialect]);
    expect(connection.thin).toBe(true);
    expect(connection.serviceName).toBe('orcl');
  });

  describe('queries', () => {
    it('gives rows with binds by name and by place, and null for null', async () => {
      oracle.backend.on(/echo/, ({ values }) => ({
        columns: [{ name: 'TEXT', type: 'VARCHAR2', size: 100 }],
        rows: [[Object.entries(values).map(([name, value]) => `${name}=${String(value)}`).join()]],
      }));
      const connection = await oracle.connect();
      expect((await connection.execute('select id, name from people')).rows).toEqual([[1, '홍길동'], [2, null]]);
      expect((await connection.execute('select /* echo */ :a from dual where :b = :a', { a: '가', b: 12.5 })).rows).toEqual([['A=가,B=12.5']]);
      expect((await connection.execute('select /* echo */ :1, :2 from dual', ['x', null])).rows).toEqual([['1=x,2=null']]);
    });

    it('describes columns with names, types, sizes and nullability', async () => {
      const { metaData } = await (await oracle.connect()).execute('select id, name from people');
      expect(metaData).toMatchObject([
        { name: 'ID', dbTypeName: 'NUMBER', precision: 10, scale: 0, nullable: false },
        { name: 'NAME', dbTypeName: 'VARCHAR2', byteSize: 30, nullable: true },
      ]);
    });

    it('gives no rows of an empty result', async () => {
      oracle.backend.on(/from people/i, { columns: PEOPLE, rows: [] });
      const { rows, metaData } = await (await oracle.connect()).execute('select id, name from people');
      expect([rows, metaData?.length]).toEqual([[], 2]);
    });

    it.each([1, 2, 3, 100, 101, 102])('gives all of %i rows, whatever falls on the border of a fetch', async (count) => {
      oracle.backend.on(/from people/i, { columns: PEOPLE, rows: (index) => [String(index), `name ${index}`], count });
      const { rows } = await (await oracle.connect()).execute('select id, name from people', [], { fetchArraySize: 100 });
      expect(rows).toEqual(Array.from({ length: count }, (_, index) => [index, `name ${index}`]));
    });

    it('streams 50,000 rows', async () => {
      oracle.backend.on(/from people/i, { columns: PEOPLE, rows: (index) => [String(index), `이름 ${index}`], count: 50_000 });
      const stream = (await oracle.connect()).queryStream('select id, name from people', [], { fetchArraySize: 1_000 });
      let inOrder = 0;
      for await (const [id, name] of stream) if (id === inOrder && name === `이름 ${inOrder}`) inOrder += 1;
      expect(inOrder).toBe(50_000);
    });

    it('says a repeated value only once, and the client still sees it in every row, across fetches, too', async () => {
      const rows = Array.from({ length: 25 }, (_, i) => [String(Math.trunc(i / 7)), i % 3 === 0 ? null : 'same', String(i)]);
      const columns: OracleColumn[] = [{ name: 'GROUP', type: 'NUMBER' }, { name: 'SAME', type: 'VARCHAR2' }, { name: 'NUMBER', type: 'VARCHAR2' }];
      oracle.backend.on(/from groups/, { columns, rows });
      const connection = await oracle.connect();
      for (const fetchArraySize of [1, 2, 10, 100]) {
        const fetchTypeHandler = ({ dbType }: oracledb.Metadata<unknown>) => (dbType === oracledb.DB_TYPE_NUMBER ? { type: oracledb.STRING } : undefined);
        const options = { fetchArraySize, fetchTypeHandler } as oracledb.ExecuteOptions;
        expect((await connection.execute('select * from groups', [], options)).rows).toEqual(rows);
      }
    });

    it('keeps several results open at once, and forgets those the client closes', async () => {
      oracle.backend.on(/from people/i, { columns: PEOPLE, rows: (index) => [String(index), null], count: 500 });
      const connection = await oracle.connect();
      const open = await Promise.all([1, 2, 3].map((n) => connection.execute(`select id, name from people where ${n} = ${n}`, [], { resultSet: true })));
      for (const { resultSet } of open) expect(await resultSet!.getRow()).toEqual([0, null]);
      for (const { resultSet } of open) expect((await resultSet!.getRows(0)).length).toBe(499);
      for (const { resultSet } of open) await resultSet!.close();
    });

    it('runs a cached statement again with other binds, without having it parsed again', async () => {
      oracle.backend.on(/from people/i, ({ values }) => ({ columns: PEOPLE, rows: [[String(values.ID), 'x']] }));
      const connection = await oracle.connect();
      for (const id of [1, 2, 33_333]) expect((await connection.execute('select id, name from people where id = :id', { id })).rows).toEqual([[id, 'x']]);
      expect(oracle.server.seen.statements.map(({ kind, bindRows }) => `${kind} ${bindRows}`)).toEqual(['execute 1', 'execute 1', 'execute 1']);
    });

    it('refuses more cursors than allowed to a client that leaves them open', async () => {
      await oracle.end();
      oracle = await startScriptedServer(dialect, { maxOpenCursors: 5 });
      oracle.backend.on(/from people/i, { columns: PEOPLE, rows: (index) => [String(index), null], count: 500 });
      const connection = await oracle.connect();
      const open = (n: number) => connection.execute(`select id, name from people where ${n} = ${n}`, [], { resultSet: true });
      const results = [await open(1), await open(2), await open(3), await open(4), await open(5)];
      expect(await oracle.refusal(open(6))).toMatchObject({ errorNum: 1000 });
      await Promise.all(results.map(({ resultSet }) => resultSet!.close()));
    });
  });

  describe('errors', () => {
    it('carry number, message and place', async () => {
      const message = expect.stringMatching(/^ORA-00942: table or view does not exist\n/);
      expect(await refusalOf('select x from missing')).toMatchObject({ errorNum: 942, offset: 14, code: 'ORA-00942', message });
    });

    it('leave the connection as good as before', async () => {
      const connection = await oracle.connect();
      for (let i = 0; i < 3; i += 1) {
        await oracle.refusal(connection.execute('select x from missing'));
        expect((await connection.execute('select id, name from people')).rows).toHaveLength(2);
      }
    });

    it('leave no cursor open that the client does not know of', async () => {
      await oracle.end();
      oracle = await startScriptedServer(dialect, { maxOpenCursors: 5 });
      oracle.backend.on(/from people/i, { columns: PEOPLE, rows: [] }).on(/^update/, { error: new OracleError(60, 'deadlock detected') });
      const connection = await oracle.connect();
      for (let i = 0; i < 10; i += 1) {
        expect(await oracle.refusal(connection.execute(`select x from missing${i}`))).toMatchObject({ errorNum: 942 });
        expect(await oracle.refusal(connection.getStatementInfo(`select x from missing${i}`))).toMatchObject({ errorNum: 942 });
        expect(await oracle.refusal(connection.execute(`update people set id = ${i}`))).toMatchObject({ errorNum: 60 });
      }
      expect((await connection.execute('select id, name from people')).rows).toEqual([]);
    });

    it('leave the line in order where the client names a cursor that there is not, whose values nobody can read', async () => {
      oracle.backend.on(/from people/i, ({ values }) => ({ columns: PEOPLE, rows: [[String(values.ID), 'x']] }));
      const connection = await oracle.connect();
      const run = (id: number) => connection.execute('select id, name from people where id = :id', { id });
      expect((await run(1)).rows).toEqual([[1, 'x']]);
      const { statementCache } = (connection as unknown as { _impl: { statementCache: { _cachedStatements: Map<string, { cursorId: number }> } } })._impl;
      for (const statement of statementCache._cachedStatements.values()) statement.cursorId = 999;
      expect(await oracle.refusal(run(2))).toMatchObject({ errorNum: 1001 });
      expect((await connection.execute('select id, name from people where :id = id', { id: 3 })).rows).toEqual([[3, 'x']]);
    });

    it('may come in the middle of a result', async () => {
      oracle.backend.on(/from people/i, {
        columns: PEOPLE, count: 500, rows: (index) => {
          if (index === 300) throw new OracleError(1555, 'snapshot too old');
          return [String(index), null];
        },
      });
      const connection = await oracle.connect();
      expect(await oracle.refusal(connection.execute('select id, name from people', [], { fetchArraySize: 50 }))).toMatchObject({ errorNum: 1555 });
      await connection.ping();
    });

    it('name the error of a value that its column cannot hold', async () => {
      oracle.backend.on(/from people/i, { columns: PEOPLE, rows: [['1e200', 'x']] });
      expect(await refusalOf('select id, name from people')).toMatchObject({ errorNum: 1426 });
      oracle.backend.on(/from people/i, { columns: PEOPLE, rows: [['1', 7]] });
      expect(await refusalOf('select id, name from people')).toMatchObject({ errorNum: 6502 });
    });
  });

  describe('parsing without executing', () => {
    it('gives the columns of a query and the names of binds, and executes nothing', async () => {
      const info = await (await oracle.connect()).getStatementInfo('select id, name from people where id = :id and name = :"Name"');
      expect(info).toMatchObject({ bindNames: ['ID', 'Name'], statementType: oracledb.STMT_TYPE_SELECT, metaData: [{ name: 'ID' }, { name: 'NAME' }] });
      expect(oracle.server.seen.counts).toMatchObject({ parses: 1, executes: 0 });
    });

    it('reports errors with their place', async () => {
      expect(await oracle.refusal((await oracle.connect()).getStatementInfo('select 1 from missing'))).toMatchObject({ errorNum: 942, offset: 14 });
    });

    it('sends RENAME, PURGE, LOCK and PL/SQL to the server, but no CREATE, ALTER or DROP', async () => {
      oracle.backend.on(/^(rename|purge|lock|begin|update|create|alter|drop)/i, { changes: 0 });
      const connection = await oracle.connect();
      const sent = ['rename a to b', 'purge table a', 'lock table a in exclusive mode', 'begin null; end;', 'update a set b = :1'];
      for (const sql of [...sent, 'create table a (b number)', 'alter table a add c number', 'drop table a']) await connection.getStatementInfo(sql);
      expect(oracle.server.seen.statements.map(({ kind, sql }) => [kind, sql])).toEqual(sent.map((sql) => ['parse', sql]));
    });
  });

  describe('changes and transactions', () => {
    beforeEach(() => {
      oracle.backend.on(/^(update|insert|delete|merge|begin)/i, { changes: 1 });
    });

    it('says how many rows were touched', async () => {
      oracle.backend.on(/^update/i, { changes: 70_000 });
      expect((await (await oracle.connect()).execute('update people set name = :n', ['x'])).rowsAffected).toBe(70_000);
    });

    it('commits when asked, and rolls back when a client leaves without asking', async () => {
      const connection = await oracle.connect();
      await connection.execute('update people set name = null');
      await connection.commit();
      expect(oracle.server.seen.counts).toMatchObject({ commits: 1, rollbacks: 0 });
      await connection.execute('delete from people');
      await connection.close();
      expect(oracle.server.seen.counts).toMatchObject({ commits: 1, rollbacks: 1, logoffs: 1 });
    });

    it('commits by itself with autoCommit, in a cached statement, too', async () => {
      const connection = await oracle.connect();
      for (let i = 0; i < 3; i += 1) await connection.execute('update people set name = :1', [`n${i}`], { autoCommit: true });
      expect(oracle.server.seen.counts).toMatchObject({ commits: 3 });
      await connection.close();
      expect(oracle.server.seen.counts).toMatchObject({ rollbacks: 0 });
    });

    it('takes COMMIT and ROLLBACK as SQL, too', async () => {
      const connection = await oracle.connect();
      await connection.execute('update people set name = null');
      await connection.execute('COMMIT');
      await connection.execute('update people set name = null');
      await connection.execute(' rollback work ');
      expect(oracle.server.seen.counts).toMatchObject({ commits: 1, rollbacks: 1 });
    });

    it('executes once for each row of binds, and counts each', async () => {
      oracle.backend.on(/^update/i, { changes: (binds) => Number(binds[1]!.value) });
      const connection = await oracle.connect();
      const binds = Array.from({ length: 20_000 }, (_, i) => [`이름 ${i}`, i % 3]);
      const result = await connection.executeMany('update people set name = :1 where id = :2', binds, { dmlRowCounts: true });
      expect(result.rowsAffected).toBe(19_999);
      expect(result.dmlRowCounts).toEqual(binds.map(([, id]) => id));
      expect(oracle.server.seen.statements.at(-1)).toMatchObject({ bindRows: 20_000 });
    });

    it('goes on after rows that fail, with batchErrors, and does not commit by itself then', async () => {
      oracle.backend.on(/^update/i, { changes: (_, index) => (index % 2 === 1 ? new OracleError(1, `unique constraint (TANK.PK) violated: ${index}`) : 1) });
      const connection = await oracle.connect();
      const binds = Array.from({ length: 20_000 }, (_, i) => [`${i}`]);
      const result = await connection.executeMany('update people set name = :1', binds, { batchErrors: true, autoCommit: true });
      expect(result.rowsAffected).toBe(10_000);
      expect(result.batchErrors).toHaveLength(10_000);
      expect(result.batchErrors!.map(({ offset }) => offset)).toEqual(Array.from({ length: 10_000 }, (_, i) => i * 2 + 1));
      expect(result.batchErrors![4_999]!.message).toMatch(/^ORA-00001: unique constraint \(TANK\.PK\) violated: 9999/);
      expect(oracle.server.seen.counts).toMatchObject({ commits: 0 });
    });

    it.each([1, 250, 251, 300])('reports %i failed rows', async (count) => {
      oracle.backend.on(/^update/i, { changes: () => new OracleError(12899, 'value too large') });
      const result = await (await oracle.connect()).executeMany('update people set name = :1', Array.from({ length: count }, (_, i) => [`${i}`]), { batchErrors: true });
      expect(result.batchErrors!.map(({ offset }) => offset)).toEqual(Array.from({ length: count }, (_, i) => i));
    });

    it('with batchErrors and no failed row commits by itself', async () => {
      const result = await (await oracle.connect()).executeMany('update people set name = :1', [['a'], ['b']], { batchErrors: true, autoCommit: true });
      expect([result.batchErrors, oracle.server.seen.counts.commits]).toEqual([undefined, 1]);
    });

    it('stops at the first failed row without batchErrors, and keeps what was done until the client decides', async () => {
      oracle.backend.on(/^update/i, { changes: (_, index) => (index === 2 ? new OracleError(1438, 'value larger than specified precision') : 1) });
      const connection = await oracle.connect();
      expect(await oracle.refusal(connection.executeMany('update people set name = :1', [['a'], ['b'], ['c'], ['d']]))).toMatchObject({ errorNum: 1438 });
      await connection.close();
      expect(oracle.server.seen.counts).toMatchObject({ commits: 0, rollbacks: 1 });
    });

    it('knows read-only transactions: a change fails with ORA-01456 until their end', async () => {
      const connection = await oracle.connect();
      await connection.execute('SET TRANSACTION READ ONLY');
      expect((await connection.execute('select id, name from people')).rows).toHaveLength(2);
      expect(await oracle.refusal(connection.execute('update people set name = null'))).toMatchObject({ errorNum: 1456 });
      await connection.rollback();
      expect((await connection.execute('update people set name = null')).rowsAffected).toBe(1);
    });

    it('knows no values that come back from a change, and says so', async () => {
      const bind = { dir: oracledb.BIND_OUT, type: oracledb.NUMBER };
      const connection = await oracle.connect();
      expect(await oracle.refusal(connection.execute('insert into people (name) values (:1) returning id into :2', ['x', bind]))).toMatchObject({ errorNum: 3001 });
      await connection.ping();
    });

    it('runs PL/SQL with binds, once for each row', async () => {
      const connection = await oracle.connect();
      await connection.execute('begin audit(:who, :what, :who); end;', { who: 'me', what: 1 });
      await connection.executeMany('begin audit(:1); end;', [['a'], ['b'], ['c']]);
      expect(oracle.server.seen.statements.map(({ bindRows }) => bindRows)).toEqual([1, 1, 2]);
    });
  });

  describe('the session', () => {
    it('tells who is there: module, action, client identifier', async () => {
      const connection = await oracle.connect();
      Object.assign(connection, { module: 'tank.dbio', action: 'map 대상', clientId: 'run-7', clientInfo: 'info', dbOp: 'op', currentSchema: 'HR' });
      await connection.ping();
      const expected = { module: 'tank.dbio', action: 'map 대상', clientIdentifier: 'run-7', clientInfo: 'info', dbOp: 'op', currentSchema: 'HR' };
      expect(oracle.server.seen.identity).toEqual(expected);
      expect([...oracle.backend.sessions][0]).toMatchObject({ identity: expected, about: { user: 'TANK', service: 'ORCL', sessionId: 1 } });
      connection.action = '';
      await connection.execute('select id, name from people');
      expect(oracle.server.seen.identity).toMatchObject({ module: 'tank.dbio', action: '' });
    });

    it('is pinged', async () => {
      await (await oracle.connect()).ping();
      expect(oracle.server.seen.counts).toMatchObject({ pings: 1 });
    });

    it('ends with the client, whether it takes its leave or not', async () => {
      const polite = await oracle.connect();
      await oracle.connect();
      await polite.close();
      await waitFor(() => oracle.backend.sessions.size === 1, { what: 'the end of the first session' });
      oracle.server.cutConnections();
      await waitFor(() => oracle.backend.sessions.size === 0 && oracle.server.seen.connectionsOpen === 0, { what: 'the end of all sessions' });
    });

    it('serves a pool', async () => {
      const pool = await oracledb.createPool({ user: 'tank', password: 'tank', connectString: oracle.connectString, poolMin: 0, poolMax: 3, poolPingInterval: 0 });
      try {
        await Promise.all(Array.from({ length: 20 }, async () => {
          const connection = await pool.getConnection();
          expect((await connection.execute('select id, name from people')).rows).toHaveLength(2);
          await connection.close();
        }));
        expect(oracle.server.seen.counts.connections).toBeLessThanOrEqual(3);
        expect(oracle.server.seen.counts.pings).toBeGreaterThan(0);
      } finally {
        await pool.close(0);
      }
    });
  });

  describe('a break', () => {
    beforeEach(() => {
      oracle.backend.on(/slow/, { hang: true });
    });

    it('ends what runs with ORA-01013, and the connection goes on', async () => {
      const connection = await oracle.connect();
      const slow = oracle.refusal(connection.execute('select slow from people'));
      await waitFor(() => oracle.server.seen.counts.executes === 1, { what: 'the slow statement' });
      await connection.break();
      expect(await slow).toMatchObject({ errorNum: 1013 });
      expect((await connection.execute('select id, name from people')).rows).toHaveLength(2);
      expect(oracle.server.seen.counts.breaks).toBe(1);
    });

    it('is what a call time-out sends: NJS-123, for a change, too', async () => {
      const connection = await oracle.connect();
      connection.callTimeout = 50;
      expect(await oracle.refusal(connection.execute('select slow from people'))).toMatchObject({ code: 'NJS-123' });
      expect(await oracle.refusal(connection.execute('update people set slow = 1'))).toMatchObject({ code: 'NJS-123' });
      connection.callTimeout = 0;
      expect((await connection.execute('select id, name from people')).rows).toHaveLength(2);
    });

    it('takes no cursor from the client, in a statement that it runs again', async () => {
      oracle.backend.on(/from people/i, ({ values }) => ({ columns: PEOPLE, rows: [[String(values.ID), 'x']] })).on(/^update/, { changes: 1 });
      const connection = await oracle.connect();
      for (const sql of ['select id, name from people where id = :id', 'update people set id = :id']) {
        await connection.execute(sql, { id: 1 });
        oracle.server.faults.add({ at: 'execute', do: { delayMs: 60_000 } });
        connection.callTimeout = 50;
        expect(await oracle.refusal(connection.execute(sql, { id: 2 }))).toMatchObject({ code: 'NJS-123' });
        connection.callTimeout = 0;
        await connection.execute(sql, { id: 3 });
      }
    });

    it('may come while the client still sends: what it sent is forgotten', async () => {
      oracle.backend.on(/^update/, { changes: 1 });
      const connection = await oracle.connect();
      const { nscon } = (connection as unknown as { _impl: { nscon: { sendPacket(bytes: Buffer): void; sendBreak(): void } } })._impl;
      const send = nscon.sendPacket.bind(nscon);
      let sent = 0;
      nscon.sendPacket = (bytes) => {
        send(bytes);
        if ((sent += 1) === 5) nscon.sendBreak();
      };
      const binds = Array.from({ length: 5_000 }, (_, i) => [`name ${i}`]);
      expect(await oracle.refusal(connection.executeMany('update people set name = :1', binds))).toMatchObject({ errorNum: 1013 });
      expect(oracle.server.seen.counts).toMatchObject({ executes: 0, breaks: 1 });
      expect((await connection.execute('select id, name from people')).rows).toHaveLength(2);
    });

    it('is obeyed between the rows of a slow result', async () => {
      oracle.server.faults.add({ at: 'fetch', do: { rowDelayMs: 20 } });
      oracle.backend.on(/from people/i, { columns: PEOPLE, rows: (index) => [String(index), null], count: 5_000 });
      const connection = await oracle.connect();
      connection.callTimeout = 100;
      expect(await oracle.refusal(connection.execute('select id, name from people', [], { fetchArraySize: 1_000 }))).toMatchObject({ code: 'NJS-123' });
      await connection.ping();
    });

    it('that follows a mistake the client found in what it read puts the line in order again', async () => {
      oracle.backend.on(/^update/i, { changes: () => new OracleError(1, 'unique constraint violated') });
      const connection = await oracle.connect();
      unsetPipeline(connection, 0);
      expect(await oracle.refusal(tooManyErrors(connection))).toMatchObject({ code: 'NJS-141' });
      expect(oracle.server.seen.counts.breaks).toBe(1);
      // With the whole answer at hand, the driver takes the next packet of it for the answer to its break, and gives up.
      if (dialect === '23ai') expect(await oracle.refusal(connection.ping())).toMatchObject({ code: 'NJS-003' });
      else await connection.ping();
    });
  });

  it('leaves a client that found a mistake out of step: oracledb 26.0.0 breaks its call only after a pipeline was run', async () => {
    oracle.backend.on(/^update/i, { changes: () => new OracleError(1, 'unique constraint violated') });
    const connection = await oracle.connect();
    unsetPipeline(connection, undefined);
    expect(await oracle.refusal(tooManyErrors(connection))).toMatchObject({ code: 'NJS-141' });
    expect(oracle.server.seen.counts.breaks).toBe(0);
    if (dialect !== '23ai') expect(await oracle.refusal(connection.ping())).toMatchObject({ code: 'NJS-103' });
  });
});

/** The most errors that a client can take are 65,535: it stops in the middle of the answer. */
function tooManyErrors(connection: oracledb.Connection): Promise<unknown> {
  return connection.executeMany('update people set name = :1', Array.from({ length: 65_536 }, () => ['x']), { batchErrors: true });
}

/** The driver takes an unset mode for a pipeline, and then does not break a call that it could not read. */
function unsetPipeline(connection: oracledb.Connection, mode: 0 | undefined): void {
  (connection as unknown as { _impl: { pipelineMode: unknown } })._impl.pipelineMode = mode;
}
