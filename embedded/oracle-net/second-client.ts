import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { OracleError, type OracleColumn, type OracleValue } from './backend.ts';
import type { DialectName } from './dialects.ts';
import { OracleNetServer } from './oracle-net-server.ts';
import { ScriptedBackend } from './scripted-backend.ts';
import { oracleTime } from './values.fixture.ts';

// Runs second-client.py, a client that others wrote, against the server in each dialect. Debian has it as python3-oracledb;
// it is not part of the tests, which must run on a machine with only Node.
const PYTHON = '/usr/bin/python3';
const LONG_TEXT = '가나다 abc '.repeat(20_000);
const column = (name: string, type: OracleColumn['type'], more: Partial<OracleColumn> = {}): OracleColumn => ({ name, type, ...more });

process.exitCode = await main();

async function main(): Promise<number> {
  const found = spawnSync(PYTHON, ['-c', 'import oracledb; print(oracledb.version)'], { encoding: 'utf8' });
  if (found.status !== 0) {
    console.log(`No second client: ${PYTHON} has no module oracledb. On Debian, install it with "apt-get install python3-oracledb".`);
    return 1;
  }
  let failed = 0;
  for (const dialect of ['23ai', '19c', '12.1'] as const) {
    console.log(`python-oracledb ${found.stdout.trim()} against the dialect of ${dialect}`);
    failed += await hold(dialect);
  }
  return failed === 0 ? 0 : 1;
}

async function hold(dialect: DialectName): Promise<number> {
  const backend = new ScriptedBackend({
    accounts: {
      TANK: { password: 'tank' }, OLDER: { password: '비밀 Pass#1', verifier: '11g' }, CHANGING: { password: 'old' },
      LOCKED: { password: 'x', refusal: new OracleError(28000, 'the account is locked') },
    },
  });
  const server = new OracleNetServer({ backend, dialect });
  scriptQueries(backend, server);
  scriptChanges(backend);
  await server.listen();
  const client = spawn(PYTHON, [join(import.meta.dirname, 'second-client.py'), String(server.port)], { stdio: 'inherit' });
  const [code] = (await once(client, 'exit')) as [number | null];
  const { protocolErrors } = server.seen;
  await server.close();
  for (const error of protocolErrors) console.log(`  FAIL  the server did not understand: ${error}`);
  return (code ?? 1) + protocolErrors.length;
}

function scriptQueries(backend: ScriptedBackend, server: OracleNetServer): void {
  const text = (name: string) => column(name, 'VARCHAR2', { size: 100 });
  backend.on(/\/\* echo/, ({ rows }) => ({ columns: ['A', 'B', 'C'].map(text), rows: [['0', '1', '2'].map((_, i) => asText(rows[0]?.[i]?.value ?? null))] }));
  backend.on(/from described/, { columns: [column('ID', 'NUMBER', { precision: 10, scale: 2, nullable: false }), text('NAME'), column('AT', 'DATE')], rows: [] });
  backend.on(/from numbers/, { columns: [column('N', 'NUMBER')], rows: ['12345678901234567890', '-0.000001', '0', '-12.5', '9'.repeat(38)].map((n) => [n]) });
  const everything: OracleColumn['type'][] = ['VARCHAR2', 'NVARCHAR2', 'DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'RAW', 'ROWID', 'BINARY_DOUBLE', 'BINARY_FLOAT'];
  const moment = oracleTime('2026-11-20 23:59:58');
  backend.on(/from everything/, {
    columns: everything.map((type, i) => column(`C${i}`, type, { size: 40 })),
    rows: [
      [
        '홍길동 😀', '국가', moment, { ...moment, nanosecond: 123_456_000 }, { ...oracleTime('2026-01-01 08:30:00', 500_000_000), offsetMinutes: 540 },
        Buffer.from([0, 255]), 'AAAR3sAAEAAAACXAAA', 1.5, -0.25,
      ],
      everything.map(() => null),
    ],
  });
  backend.on(/from repeated/, { columns: [text('S'), column('N', 'NUMBER'), text('Z')], rows: (i) => ['same', String(Math.trunc(i / 4)), null], count: 20 });
  backend.on(/from many/, { columns: [column('ID', 'NUMBER'), text('NAME')], rows: (i) => [String(i), `이름 ${i}`], count: 50_000 });
  backend.on(/from lobs/, { columns: [column('C', 'CLOB'), column('B', 'BLOB'), column('N', 'NCLOB')], rows: [[LONG_TEXT, Buffer.alloc(50_000, 3), null]] });
  backend.on(/from transactions/, () => ({
    columns: [column('C', 'NUMBER'), column('R', 'NUMBER')], rows: [[String(server.seen.counts.commits), String(server.seen.counts.rollbacks)]],
  }));
  const attributes = ['module', 'action', 'clientIdentifier', 'clientInfo', 'currentSchema'];
  backend.on(/from identity/, () => ({ columns: attributes.map(text), rows: [attributes.map((key) => server.seen.identity[key] ?? null)] }));
  backend.on(/from endless/, { hang: true });
}

function scriptChanges(backend: ScriptedBackend): void {
  const lengths: OracleValue[][] = [];
  backend.on(/^update lengths/, { changes: (binds) => lengths.push([binds.map(({ value }) => String(value).length).join()]) });
  backend.on(/\/\* lengths/, () => ({ columns: [column('L', 'VARCHAR2', { size: 40 })], rows: lengths }));
  backend.on(/^update counted/, { changes: (binds) => Number(binds[1]?.value ?? 1) });
  backend.on(/^update failing/, { changes: ([bind]) => (Number(bind!.value) % 2 === 1 ? new OracleError(1, 'unique constraint (TANK.PK) violated') : 1) });
}

function asText(value: OracleValue): string | null {
  return value === null ? null : String(value);
}
