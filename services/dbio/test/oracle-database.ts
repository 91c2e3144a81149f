import type { DialectName } from '../../../embedded/oracle-net/dialects.ts';
import { OracleNetServer } from '../../../embedded/oracle-net/oracle-net-server.ts';
import { PostgresBackend } from '../../../embedded/oracle-net/postgres/postgres-backend.ts';
import { OracleSource } from '../src/adapters/oracle/oracle-source.js';
import { CustomerDatabase, LIMITS } from './customer-database.js';
import { oracleConnection, ORACLE_SETTINGS } from './scripted-oracle.js';
import type { SourceUnderTest } from './source-contract.js';

const PASSWORD = 'pa55-한글-oracle';

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
