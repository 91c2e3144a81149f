// ORACLE_NET_PG_URL=… ORACLE_NET_USER=… ORACLE_NET_PASSWORD=… ORACLE_NET_SERVICE=… [ORACLE_NET_PORT=1521] [ORACLE_NET_DIALECT=19c] node embedded/oracle-net/main.ts
import { OracleNetServer } from './oracle-net-server.ts';
import { PostgresBackend } from './postgres/postgres-backend.ts';
import { readOracleNetSettings } from './settings.ts';

try {
  const { port, dialect, pgUrl, user, password, service } = readOracleNetSettings(process.env);
  const backend = new PostgresBackend({ url: pgUrl, services: [service], accounts: { [user]: { password } }, dialect });
  const server = new OracleNetServer({ backend, dialect });
  await server.listen(port);
  const stop = () => void server.close().then(() => process.exit(0));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  process.once('disconnect', stop); // whoever started it is gone
  const url = `oracle://127.0.0.1:${server.port}/${service}`;
  console.log(`Oracle Net server (${dialect}) on ${url}`);
  process.send?.({ type: 'ready', url });
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
