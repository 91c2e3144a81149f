import { connectionSchema, type Connection } from '@tank/contracts';
import type { DialectName } from '../../../embedded/oracle-net/dialects.ts';
import { OracleNetServer } from '../../../embedded/oracle-net/oracle-net-server.ts';
import { PostgresBackend } from '../../../embedded/oracle-net/postgres/postgres-backend.ts';
import type { OracleSettings } from '../src/adapters/oracle/oracle-access.js';
import { OracleSource } from '../src/adapters/oracle/oracle-source.js';
import { CustomerDatabase, LIMITS } from './customer-database.js';
import type { SourceUnderTest } from './source-contract.js';

export const ORACLE_SETTINGS: OracleSettings = { clientMode: 'thin', clientLibDir: null, tnsAdmin: null, walletDir: null };
const PASSWORD = 'pa55-한글-oracle';

/** A connection of kind oracle to a server on this machine; user TANK, service ORCL unless told. */
export function oracleConnection(port: number, over: Partial<Connection> = {}): Connection {
  return {
    ...connectionSchema.parse({
      connectionId: '6f1d8f6e-2a53-4c7a-9d0f-0d7c1c3b8a11', name: 'customers', kind: 'oracle', host: '127.0.0.1', port, database: 'ORCL', user: 'TANK', createdAt: '2026-11-20T00:00:00.000Z',
    }),
    ...over,
  };
}

/** A PostgreSQL that is reached as if it were an Oracle of that release, through Oracle's own protocol and driver. */
export async function oracleUnderTest(dialect: DialectName): Promise<SourceUnderTest> {
  const database = await CustomerDatabase.create(`oracle_${dialect}`);
  const backend = new PostgresBackend({ url: database.url, services: ['ORCL'], accounts: { TANK: { password: PASSWORD } }, dialect });
  const server = new OracleNetServer({ backend, dialect });
  await server.listen();
  return {
    password: PASSWORD,
    port: server.port,
    open: (over, password = PASSWORD, limits = LIMITS) => new OracleSource(oracleConnection(server.port, over), { password, walletPassword: null }, ORACLE_SETTINGS, limits),
    run: (sql) => database.run(sql),
    somebodyElse: () => database.somebodyElse(),
    sessions: async () => server.seen.connectionsOpen,
    busySessions: () => database.busySessions(),
    drop: async () => {
      await server.close();
      await database.drop();
    },
  };
}
