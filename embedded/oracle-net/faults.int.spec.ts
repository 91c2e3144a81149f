import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import oracledb from 'oracledb';
import { waitFor } from '../test/parts.ts';
import { OracleError, type OracleColumn } from './backend.ts';
import { makeCertificate } from './certificates.ts';
import type { FaultPlace } from './faults.ts';
import { startScriptedServer, THIN_DIALECTS, type ScriptedServer } from './scripted-server.fixture.ts';

const COLUMNS: OracleColumn[] = [{ name: 'ID', type: 'NUMBER' }];
const DEADLOCK = new OracleError(60, 'deadlock detected while waiting for resource');

/** Brings a client to the place; the connection is there already for places after the logon. */
const WAYS: Record<FaultPlace, (oracle: ScriptedServer, connection?: oracledb.Connection) => Promise<unknown>> = {
  accept: (oracle) => oracle.connect(), connect: (oracle) => oracle.connect(), logon: (oracle) => oracle.connect(), session: (oracle) => oracle.connect(),
  describe: (_, connection) => connection!.getStatementInfo('select id from people'),
  execute: (_, connection) => connection!.execute('update people set id = 1'),
  fetch: (_, connection) => connection!.execute('select id from people'),
  commit: (_, connection) => connection!.commit(), rollback: (_, connection) => connection!.rollback(), ping: (_, connection) => connection!.ping(),
  logoff: (_, connection) => connection!.close(),
};
const PLACES = Object.keys(WAYS) as FaultPlace[];
const AFTER_LOGON = PLACES.filter((place) => !['accept', 'connect', 'logon', 'session'].includes(place));

describe.each(THIN_DIALECTS)('faults in the dialect of %s', (dialect) => {
  let oracle: ScriptedServer;

  beforeEach(async () => {
    oracle = await startScriptedServer(dialect);
    oracle.backend.on(/people/, ({ kind }) => (kind === 'change' ? { changes: 1 } : { columns: COLUMNS, rows: (index) => [String(index)], count: 300 }));
  });
  afterEach(() => oracle.end());

  const reach = async (place: FaultPlace) => WAYS[place](oracle, AFTER_LOGON.includes(place) ? await oracle.connect() : undefined);

  it.each(PLACES.filter((place) => place !== 'logoff'))('cut at %s is a connection that is gone, and the next is well', async (place) => {
    oracle.server.faults.add({ at: place, do: 'cut' });
    expect((await oracle.refusal(reach(place))).message).toMatch(/^NJS-(500|501|503|510|511)|ECONNRESET/);
    await waitFor(() => oracle.server.seen.connectionsOpen === 0 && oracle.backend.sessions.size === 0, { what: 'the end of connection and session' });
    await reach(place);
  });

  it('cut at the logoff is nothing a client would see', async () => {
    oracle.server.faults.add({ at: 'logoff', do: 'cut' });
    await reach('logoff');
  });

  it.each(PLACES)('hang at %s is silence until the faults are cleared, and then the answer', async (place) => {
    oracle.server.faults.add({ at: place, do: 'hang' });
    let isOver = false;
    const reached = reach(place).finally(() => (isOver = true));
    await waitFor(() => oracle.server.faults.hanging === 1, { what: 'the fault' });
    expect(isOver).toBe(false);
    oracle.server.faults.clear();
    await reached;
  });

  it.each(PLACES)('hang at %s does not keep the server from closing', async (place) => {
    oracle.server.faults.add({ at: place, do: 'hang' });
    const reached = reach(place).catch((error: Error) => error);
    await waitFor(() => oracle.server.faults.hanging === 1, { what: 'the fault' });
    await oracle.server.close();
    if (place !== 'logoff') expect(await reached).toBeInstanceOf(Error);
    expect([oracle.backend.sessions.size, oracle.server.faults.hanging]).toEqual([0, 0]);
  });

  it('hang ends with the client that loses patience', async () => {
    oracle.server.faults.add({ at: 'execute', do: 'hang' });
    const connection = await oracle.connect();
    const reached = oracle.refusal(connection.execute('update people set id = 1'));
    await waitFor(() => oracle.server.faults.hanging === 1, { what: 'the fault' });
    (connection as unknown as { _impl: { nscon: { forceDisconnect(): void } } })._impl.nscon.forceDisconnect();
    expect((await reached).message).toMatch(/NJS-500/);
    await waitFor(() => oracle.backend.sessions.size === 0 && oracle.server.faults.hanging === 0, { what: 'the end of the session' });
  });

  it('hang does not hear a break: a call time-out alone helps no client', async () => {
    oracle.server.faults.add({ at: 'execute', do: 'hang' });
    const connection = await oracle.connect();
    connection.callTimeout = 50;
    let isOver = false;
    const reached = oracle.refusal(connection.execute('update people set id = 1')).finally(() => (isOver = true));
    await waitFor(() => (connection as unknown as { _impl: { nscon: { isBreak: boolean } } })._impl.nscon.isBreak, { what: 'the break' });
    await oracle.refusal(oracle.connect({ password: 'another client is served meanwhile' }));
    expect([isOver, oracle.server.seen.counts.breaks]).toEqual([false, 0]);
    oracle.server.faults.clear();
    expect(await reached).toMatchObject({ code: 'NJS-123' });
    expect(oracle.server.seen.counts.breaks).toBe(1);
    await connection.ping();
  });

  it('a connect time-out does not cover a logon that hangs', async () => {
    oracle.server.faults.add({ at: 'logon', do: 'hang' });
    let isOver = false;
    const reached = oracle.connect({ connectTimeout: 1 }).finally(() => (isOver = true));
    await waitFor(() => oracle.server.faults.hanging === 1, { what: 'the fault' });
    const patience = Date.now() + 1_200;
    await waitFor(() => Date.now() > patience, { what: 'the end of the time-out' });
    expect(isOver).toBe(false);
    oracle.server.faults.clear();
    await reached;
  });

  it.each(['logon', 'session', ...AFTER_LOGON.filter((place) => place !== 'logoff')] as FaultPlace[])('an error at %s comes as such, once', async (place) => {
    oracle.server.faults.add({ at: place, do: { error: DEADLOCK } });
    expect(await oracle.refusal(reach(place))).toMatchObject({ errorNum: 60 });
    await reach(place);
  });

  it('an error at connect is a refusal of the listener with its number', async () => {
    const blocking = new OracleError(12528, 'all appropriate instances are blocking new connections');
    oracle.server.faults.add({ at: 'connect', do: { error: blocking } }, { at: 'connect', do: 'refuse' });
    expect((await oracle.refusal(reach('connect'))).message).toMatch(/^NJS-511: [\s\S]*ORA-12528/);
    expect((await oracle.refusal(reach('connect'))).message).toMatch(/^NJS-511: [\s\S]*ORA-12516/);
    await reach('connect');
  });

  it('strikes only statements that match, and as often as told', async () => {
    oracle.server.faults.add({ at: 'execute', matching: /set id = 2/, do: { error: DEADLOCK }, times: 2 });
    const connection = await oracle.connect();
    await connection.execute('update people set id = 1');
    for (let i = 0; i < 2; i += 1) expect(await oracle.refusal(connection.execute('update people set id = 2'))).toMatchObject({ errorNum: 60 });
    await connection.execute('update people set id = 2');
  });

  it('a commit whose answer is lost came through all the same', async () => {
    oracle.server.faults.add({ at: 'commit', do: 'cut', afterwards: true });
    const connection = await oracle.connect();
    await connection.execute('update people set id = 1');
    expect((await oracle.refusal(connection.commit())).message).toMatch(/^NJS-500/);
    expect(oracle.server.seen.counts).toMatchObject({ commits: 1 });
  });

  it('a late answer obeys a break, and is otherwise only late', async () => {
    oracle.server.faults.add({ at: 'execute', do: { delayMs: 60_000 } }, { at: 'execute', do: { delayMs: 30 } });
    const connection = await oracle.connect();
    connection.callTimeout = 50;
    expect(await oracle.refusal(connection.execute('update people set id = 1'))).toMatchObject({ code: 'NJS-123' });
    connection.callTimeout = 0;
    expect((await connection.execute('update people set id = 1')).rowsAffected).toBe(1);
  });

  it('a short hang is over by itself', async () => {
    oracle.server.faults.add({ at: 'ping', do: { hangMs: 30 } });
    await reach('ping');
  });

  it('rows come up to the cut, and then no more', async () => {
    oracle.server.faults.add({ at: 'fetch', do: { cutAfterRows: 40 } });
    const connection = await oracle.connect();
    expect((await oracle.refusal(connection.execute('select id from people'))).message).toMatch(/^NJS-500/);
  });

});

describe('faults before a TLS greeting', () => {
  it.each(['hang', 'cut', { delayMs: 20 }] as const)('%p', async (action) => {
    const certificate = makeCertificate({ commonName: 'localhost', hosts: ['localhost'] });
    const oracle = await startScriptedServer('19c', { tls: certificate });
    try {
      const attributes = { connectString: `tcps://localhost:${oracle.server.port}/orcl`, walletContent: certificate.key + certificate.cert };
      oracle.server.faults.add({ at: 'accept', do: action });
      const reached = oracle.connect(attributes).then(() => 'connected', (error: Error) => error.message);
      if (action === 'hang') {
        await waitFor(() => oracle.server.faults.hanging === 1, { what: 'the fault' });
        oracle.server.faults.clear();
      }
      expect(await reached).toMatch(action === 'cut' ? /^NJS-/ : /^connected$/);
      await oracle.connect(attributes);
    } finally {
      await oracle.end();
    }
  });
});
