import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from '@tank/contracts';
import { OracleNetServer } from '../../../../../embedded/oracle-net/oracle-net-server.ts';
import { ScriptedBackend } from '../../../../../embedded/oracle-net/scripted-backend.ts';
import { LIMITS } from '../../../test/customer-database.js';
import { oracleConnection, ORACLE_SETTINGS } from '../../../test/scripted-oracle.js';
import { OracleSource } from './oracle-source.js';

let server: OracleNetServer;
const backend = new ScriptedBackend().on(/alter session|set transaction/i, { changes: 0 }).on(/customer/i, { columns: [{ name: 'A', type: 'NUMBER' }], rows: [['1']] });
const tnsAdmin = mkdtempSync(join(tmpdir(), 'tank-tns-'));

beforeAll(async () => {
  server = new OracleNetServer({ backend, dialect: '19c' });
  await server.listen();
  const descriptor = `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${server.port}))(CONNECT_DATA=(SERVICE_NAME=ORCL)))`;
  writeFileSync(join(tnsAdmin, 'tnsnames.ora'), `# of the customer\nCRM.WORLD, CRM = ${descriptor}\n`);
});
afterAll(async () => {
  await server.close();
  rmSync(tnsAdmin, { recursive: true });
});

function sourceOf(over: Partial<Connection>): OracleSource {
  return new OracleSource(oracleConnection(server.port, over), { password: 'tank', walletPassword: null }, { ...ORACLE_SETTINGS, tnsAdmin }, LIMITS);
}
const written = (connectString: string): Partial<Connection> => ({ host: null, port: null, database: null, connectString });

describe('a connection to Oracle is reached', () => {
  it.each<[string, () => Partial<Connection>]>([
    ['by host, port and service', () => ({})],
    ['by EZConnect', () => written(`127.0.0.1:${server.port}/ORCL`)],
    ['by EZConnect with protocol and parameters', () => written(`tcp://127.0.0.1:${server.port}/ORCL?transport_connect_timeout=3`)],
    ['by a descriptor', () => written(`(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${server.port}))(CONNECT_DATA=(SERVICE_NAME=ORCL)))`)],
    ['by a descriptor with two addresses, of which one is dead', () => written(`(DESCRIPTION=(FAILOVER=ON)(ADDRESS_LIST=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=1))(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${server.port})))(CONNECT_DATA=(SERVICE_NAME=ORCL)))`)],
    ['by a SID', () => written(`(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=127.0.0.1)(PORT=${server.port}))(CONNECT_DATA=(SID=ORCL)))`)],
    ['by an alias of tnsnames.ora', () => written('CRM')],
    ['by an alias with a domain', () => written('crm.world')],
  ])('%s', async (_, over) => {
    const source = sourceOf(over());
    await expect(source.connectTest()).resolves.toMatchObject({ ok: true, serverVersion: expect.stringMatching(/^19\./) });
    await expect(source.lookUp('SELECT a FROM customer', {})).resolves.toMatchObject({ rows: [{ A: '1' }] });
    await source.close();
  });
});

describe('its sessions', () => {
  it.each<[string, (source: OracleSource) => Promise<unknown>]>([
    ['connect test', (source) => source.connectTest()],
    ['check', (source) => source.check({ purpose: 'target', sql: 'SELECT a FROM customer', bindable: [] })],
    ['sample', (source) => source.sample('SELECT a FROM customer', 1)],
    ['target query', async (source) => { for await (const _ of source.streamTarget('SELECT a FROM customer', new AbortController().signal)); }],
    ['look-up and update', (source) => source.lookUp('SELECT a FROM customer', {})],
  ])('tell a DBA what they do: %s', async (action, use) => {
    const source = sourceOf({ name: '고객 관리' });
    await use(source);
    expect(server.seen.identity).toMatchObject({ module: 'tank-dbio', action, clientIdentifier: '고객 관리' });
    await source.close();
  });

  it('are known by their program already at the logon', async () => {
    const source = sourceOf({});
    await source.lookUp('SELECT a FROM customer', {});
    expect([...backend.sessions].map(({ about }) => about.program)).toEqual(['tank-dbio']);
    await source.close();
  });

  it('are no more than the connection allows, however much is asked', async () => {
    const source = sourceOf({ limits: { ...oracleConnection(1).limits, poolMax: 2 } });
    const before = server.seen.counts.logons;
    await Promise.all(Array.from({ length: 100 }, () => source.lookUp('SELECT a FROM customer', {})));
    expect(server.seen.counts.logons - before).toBeLessThanOrEqual(2);
    await source.close();
  });
});
