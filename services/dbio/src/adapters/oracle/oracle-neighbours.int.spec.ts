import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '../../../../../embedded/test/parts.ts';
import { OracleError } from '../../../../../embedded/oracle-net/backend.ts';
import { ScriptedOracle } from '../../../test/scripted-oracle.js';

/*
 * One source serves several automations at the same time: what is wrong with one of them must not be told of the others.
 */
const EBCDIC_NATIONAL = 871;
let oracle: ScriptedOracle;
afterEach(() => oracle.close());

const settled = (calls: Promise<unknown>[]) => Promise.allSettled(calls);

describe('a look-up', () => {
  it('whose column the driver cannot read fails alone, though it costs the session of those that go with it', async () => {
    oracle = await ScriptedOracle.start({ nationalCharacterSet: EBCDIC_NATIONAL });
    oracle.backend.on(/odd/, { columns: [{ name: 'NAME', type: 'NVARCHAR2', size: 40 }], rows: [['이름']] });
    oracle.backend.on(/customer/, ({ values }) => ({ columns: [{ name: 'ID', type: 'VARCHAR2', size: 40 }], rows: [[values['B1']!]] }));
    const source = oracle.open();
    const odd = source.lookUp('SELECT name FROM odd WHERE id = :id', { id: 'C0' }).catch((error: unknown) => error);
    const others = await settled(Array.from({ length: 39 }, (_, at) => source.lookUp('SELECT id FROM customer WHERE id = :id', { id: `C${at}` })));
    expect(await odd).toMatchObject({ blame: 'query', error: { code: 'NJS-100' } });
    expect(others).toEqual(others.map((_, at) => ({ status: 'fulfilled', value: expect.objectContaining({ rows: [{ ID: `C${at}` }] }) })));
  });

  it.each(['23ai', '19c', '12.1'] as const)('whose column the driver cannot read leaves its transaction to nobody (%s)', async (dialect) => {
    oracle = await ScriptedOracle.start({ dialect, nationalCharacterSet: EBCDIC_NATIONAL });
    oracle.backend.on(/odd/, { columns: [{ name: 'NAME', type: 'NVARCHAR2', size: 40 }], rows: [['이름']] });
    oracle.backend.on(/customer/, ({ kind }) => (kind === 'change' ? { changes: 1 } : { columns: [{ name: 'ID', type: 'VARCHAR2', size: 40 }], rows: [['C1']] }));
    const source = oracle.open({ limits: { poolSize: 1 } });
    await expect(source.lookUp('SELECT name FROM odd WHERE id = :id', { id: 'C0' })).rejects.toMatchObject({ error: { code: 'NJS-100' } });
    await expect(source.lookUp('SELECT id FROM customer WHERE id = :id', { id: 'C1' })).resolves.toMatchObject({ rows: [{ ID: 'C1' }] });
    await expect(source.update('UPDATE customer SET a = :a WHERE id = :id', [{ a: '1', id: 'C1' }, { a: '2', id: 'C2' }])).resolves.toEqual([{ changed: 1 }, { changed: 1 }]);
  });

  it('is not failed by a refused Connect Test, as long as the pool has its sessions', async () => {
    oracle = await ScriptedOracle.start();
    oracle.backend.on(/customer/, { columns: [{ name: 'A', type: 'NUMBER' }], rows: [['1']] });
    const source = oracle.open({ limits: { poolSize: 1 } });
    await source.lookUp('SELECT a FROM customer', {});
    oracle.server.faults.add({ at: 'execute', matching: /customer/, do: { delayMs: 10 }, times: Infinity }); // most of them wait when the test is refused
    oracle.backend.openError = new OracleError(2391, 'exceeded simultaneous SESSIONS_PER_USER limit');
    const [test, ...found] = await settled([source.connectTest(), ...Array.from({ length: 100 }, () => source.lookUp('SELECT a FROM customer', {}))]);
    expect(test).toMatchObject({ value: { ok: false } });
    expect(found.map(({ status }) => status)).toEqual(Array(100).fill('fulfilled'));
    await expect(source.lookUp('SELECT a FROM customer', {})).resolves.toMatchObject({ rows: [{ A: '1' }] });
  });
});

describe('a source that is replaced, since its connection was changed', () => {
  it('finishes the update that is under way, and says that it was done', async () => {
    oracle = await ScriptedOracle.start();
    oracle.backend.on(/^UPDATE/, { changes: 1 });
    const source = oracle.open();
    oracle.server.faults.add({ at: 'commit', do: { delayMs: 600 } });
    const update = source.update('UPDATE customer SET a = :a WHERE id = :id', [{ a: '1', id: 'C1' }, { a: '2', id: 'C2' }]);
    await waitFor(() => oracle.statements.some((sql) => sql.startsWith('UPDATE')), { what: 'the update to run' });
    await source.close();
    await expect(update).resolves.toEqual([{ changed: 1 }, { changed: 1 }]);
    expect(oracle.server.seen.counts.commits).toBe(1);
  });

  it('goes on with the Target Query of a run to its end', async () => {
    oracle = await ScriptedOracle.start();
    oracle.backend.on(/many/, { columns: [{ name: 'N', type: 'NUMBER', precision: 10, scale: 0 }], rows: (at) => [String(at)], count: 5_000 });
    const source = oracle.open();
    let seen = 0;
    for await (const rows of source.streamTarget('SELECT n FROM many', new AbortController().signal)) {
      if (seen === 0) await source.close();
      seen += rows.length;
    }
    expect(seen).toBe(5_000);
  });
});

describe('a statement that is slow and locked by nobody', () => {
  it('has the whole time of its update, alone and among others', async () => {
    oracle = await ScriptedOracle.start();
    oracle.backend.on(/^UPDATE/, { changes: 1 });
    const source = oracle.open({ limits: { updateMs: 8_000 } });
    oracle.server.faults.add({ at: 'execute', matching: /^UPDATE/, do: { delayMs: 2_600 }, times: 1 });
    await expect(source.update('UPDATE customer SET a = :a WHERE id = :id', [{ a: '1', id: 'C1' }])).resolves.toEqual([{ changed: 1 }]);
    oracle.server.faults.add({ at: 'execute', matching: /^UPDATE/, do: { delayMs: 2_600 }, times: 1 });
    await expect(source.update('UPDATE customer SET a = :a WHERE id = :id', Array.from({ length: 60 }, (_, at) => ({ a: '1', id: `C${at}` })))).resolves.toEqual(Array(60).fill({ changed: 1 }));
  });
});

describe('a warning of the database', () => {
  it('is over with the next logon that has none', async () => {
    oracle = await ScriptedOracle.start({ accounts: { TANK: { password: 'tank', warning: new OracleError(28002, 'the password will expire within 5 days') } } });
    const source = oracle.open();
    await expect(source.connectTest()).resolves.toMatchObject({ ok: true, warnings: [{ code: 'SOURCE_PASSWORD_EXPIRES' }] });
    expect(source.warnings()).toHaveLength(1);
    oracle.backend.accounts.TANK = { password: 'tank' };
    await expect(source.connectTest()).resolves.toMatchObject({ ok: true, warnings: [] });
    expect(source.warnings()).toEqual([]);
  });
});
