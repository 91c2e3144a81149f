import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import oracledb from 'oracledb';
import { waitFor } from '../test/parts.ts';
import { OracleError } from './backend.ts';
import { makeCertificate } from './certificates.ts';
import { startScriptedServer, THIN_DIALECTS, type ScriptedServer } from './scripted-server.fixture.ts';

// What oracledb 26.0.0 does that its users must know. A new driver that does otherwise fails here first.
describe.each(THIN_DIALECTS)('the thin driver against %s', (dialect) => {
  let oracle: ScriptedServer;
  let pool: oracledb.Pool | undefined;

  beforeEach(async () => {
    oracle = await startScriptedServer(dialect);
  });
  afterEach(async () => {
    await oracle.end();
    await pool?.close(0);
    pool = undefined;
  });

  const createPool = async (attributes: oracledb.PoolAttributes) => {
    pool = await oracledb.createPool({ user: 'tank', password: 'tank', connectString: oracle.connectString, ...attributes });
    return pool;
  };

  it('with a poolMin above 0 tries a wrong password again and again, which locks the account', async () => {
    await createPool({ password: 'wrong', poolMin: 1 });
    await waitFor(() => oracle.server.seen.counts.refusedLogons > 30, { what: 'more than thirty refused logons', timeoutMs: 5_000 });
  });

  it('with a poolMin of 0 tries it once for each connection that is asked for', async () => {
    const lazy = await createPool({ password: 'wrong', poolMin: 0 });
    for (let i = 1; i <= 3; i += 1) {
      expect(await oracle.refusal(lazy.getConnection())).toMatchObject({ code: 'ORA-01017' });
      expect(oracle.server.seen.counts.refusedLogons).toBe(i);
    }
  });

  it('leaves a pool without connections for good when a logon gets no answer, though the database is well again', async () => {
    oracle.server.faults.add({ at: 'logon', do: 'hang' });
    const wedged = await createPool({ poolMin: 0, poolMax: 2, queueTimeout: 150, connectTimeout: 1 });
    expect(await oracle.refusal(wedged.getConnection())).toMatchObject({ code: 'NJS-040' });
    await (await oracle.connect()).ping();
    expect(await oracle.refusal(wedged.getConnection())).toMatchObject({ code: 'NJS-040' });
    expect(oracle.server.faults.hanging).toBe(1);
  });

  it('takes a session back that is closed to be dropped, unless its line is cut before', async () => {
    const one = await createPool({ poolMin: 0, poolMax: 1 });
    const sessionOf = async () => {
      const connection = await one.getConnection();
      return { connection, number: oracle.server.seen.counts.connections };
    };
    for (let times = 0; times < 3; times += 1) {
      const { connection, number } = await sessionOf();
      await connection.close({ drop: true });
      expect([number, oracle.server.seen.counts.logoffs]).toEqual([1, 0]);
    }
    const { connection } = await sessionOf();
    (connection as unknown as { _impl: { nscon: { forceDisconnect(): void } } })._impl.nscon.forceDisconnect();
    await connection.close({ drop: true });
    expect((await sessionOf()).number).toBe(2);
    await waitFor(() => oracle.server.seen.connectionsOpen === 1, { what: 'the end of the first' });
  });

  it('says NJS-040 when all connections of the pool are in use for too long', async () => {
    const small = await createPool({ poolMin: 0, poolMax: 1, queueTimeout: 50 });
    const connection = await small.getConnection();
    expect(await oracle.refusal(small.getConnection())).toMatchObject({ code: 'NJS-040' });
    await connection.close();
  });

  it('tells of a failed row only its message and its place: the number is in the message', async () => {
    const tooLarge = new OracleError(12899, 'value too large for column "T"."P"."NAME" (actual: 31, maximum: 30)');
    oracle.backend.on(/^update/, { changes: (_, index) => (index === 1 ? tooLarge : 1) });
    const { batchErrors } = await (await oracle.connect()).executeMany('update people set name = :1', [['a'], ['b'], ['c']], { batchErrors: true });
    expect(batchErrors).toHaveLength(1);
    expect(Object.keys({ ...batchErrors![0] })).toEqual(['offset']);
    expect(batchErrors![0]!.message).toMatch(/^ORA-12899: value too large/);
    expect(batchErrors![0]!.offset).toBe(1);
    expect((batchErrors![0] as oracledb.DBError).errorNum).toBeUndefined();
  });

  it.each([
    [28, true], [1033, true], [3113, true], [12514, true], [54, false], [60, false], [1017, false], [942, false],
  ])('calls ORA-%i recoverable: %s', async (number, isRecoverable) => {
    oracle.backend.on(/^update/, { error: new OracleError(number, 'as told') });
    expect(await oracle.refusal((await oracle.connect()).execute('update people set name = 1'))).toMatchObject({ errorNum: number, isRecoverable });
  });

  it.each([28, 1012, 1089, 3113, 3114, 3135])('takes ORA-%i for the end of the connection: NJS-500', async (number) => {
    oracle.backend.on(/^update/, { error: new OracleError(number, 'as told') });
    expect(await oracle.refusal((await oracle.connect()).execute('update people set name = 1'))).toMatchObject({ code: 'NJS-500', errorNum: number });
  });

  it('trusts an authority of NODE_EXTRA_CA_CERTS, without a wallet', async () => {
    const authority = makeCertificate({ commonName: 'Authority' });
    const secure = await startScriptedServer(dialect, { tls: makeCertificate({ commonName: 'db', hosts: ['localhost'], issuer: authority }) });
    const folder = await mkdtemp(join(tmpdir(), 'oracle-net-'));
    try {
      await writeFile(join(folder, 'ca.pem'), authority.cert);
      const script = `import oracledb from ${JSON.stringify(import.meta.resolve('oracledb'))};
        const connection = await oracledb.getConnection({ user: 'tank', password: 'tank', connectString: 'tcps://localhost:${secure.server.port}/orcl' });
        await connection.ping();
        await connection.close();`;
      const env = { ...process.env, NODE_OPTIONS: '', NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
      await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
      expect(secure.server.seen.counts).toMatchObject({ pings: 1, logoffs: 1 });
    } finally {
      await rm(folder, { recursive: true });
      await secure.end();
    }
  });
});
