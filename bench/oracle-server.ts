// The Oracle Net test server in a process of its own, as a database would be. It answers from scripts, which costs it next to
// nothing, so that the client's side is what is measured; or, given the address of a PostgreSQL, from real tables.
import type { Backend, OracleColumn, OracleValue } from '../embedded/oracle-net/backend.ts';
import { OracleNetServer } from '../embedded/oracle-net/oracle-net-server.ts';
import { PostgresBackend } from '../embedded/oracle-net/postgres/postgres-backend.ts';
import { ScriptedBackend } from '../embedded/oracle-net/scripted-backend.ts';

const COLUMNS: OracleColumn[] = Array.from({ length: 20 }, (_, at): OracleColumn => {
  if (at % 4 === 0) return { name: `NUMBER_${at}`, type: 'NUMBER', precision: 12, scale: at % 8 === 0 ? 0 : 2 };
  if (at % 4 === 1) return { name: `DATE_${at}`, type: 'DATE' };
  return { name: `TEXT_${at}`, type: 'VARCHAR2', size: 40 };
});

function rowAt(index: number): OracleValue[] {
  const day = { year: 2026, month: 11, day: 1 + (index % 28), hour: 9, minute: 30, second: index % 60, nanosecond: 0 };
  return COLUMNS.map((_, at) => (at % 4 === 0 ? `${index + at}${at % 8 === 0 ? '' : '.25'}` : at % 4 === 1 ? day : `고객 ${index} column ${at}`));
}

function scripted(rows: number): Backend {
  return new ScriptedBackend()
    .on(/^\s*(alter session|set transaction)/i, { changes: 0 })
    .on(/from many/i, { columns: COLUMNS, rows: rowAt, count: rows })
    .on(/from customer/i, { columns: [{ name: 'NAME', type: 'VARCHAR2', size: 40 }, { name: 'AMOUNT', type: 'NUMBER', precision: 12, scale: 0 }], rows: [['고객 1', '125000']] })
    .on(/^\s*update/i, { changes: 1 });
}

const [kind, of] = process.argv.slice(2) as [string, string];
const backend = kind === 'scripted' ? scripted(Number(of)) : new PostgresBackend({ url: of, services: ['ORCL'], accounts: { TANK: { password: 'tank' } } });
const server = new OracleNetServer({ backend, dialect: '19c' });
await server.listen();
process.send!({ port: server.port });
process.on('disconnect', () => process.exit(0));
