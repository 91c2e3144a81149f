import oracledb, { type Connection, type ConnectionAttributes } from 'oracledb';
import type { DialectName } from './dialects.ts';
import { OracleNetServer, type OracleNetServerOptions } from './oracle-net-server.ts';
import { ScriptedBackend, type ScriptedBackendOptions } from './scripted-backend.ts';

/** The dialects that thin clients can use. */
export const THIN_DIALECTS: DialectName[] = ['23ai', '19c', '12.1'];

/** A server with a scripted backend, and real clients of it. */
export interface ScriptedServer {
  server: OracleNetServer;
  backend: ScriptedBackend;
  /** EZConnect string of the service ORCL. */
  connectString: string;
  /** A connection of TANK; closed by `end`. */
  connect(attributes?: ConnectionAttributes): Promise<Connection>;
  /** Runs something that must fail, and gives its error. */
  refusal(attempt: Promise<unknown>): Promise<oracledb.DBError>;
  /** Closes clients and server. @throws when something came that the server did not understand */
  end(): Promise<void>;
}

export async function startScriptedServer(
  dialect: DialectName, options: Partial<OracleNetServerOptions> & { script?: ScriptedBackendOptions } = {},
): Promise<ScriptedServer> {
  const { script, ...serverOptions } = options;
  const backend = new ScriptedBackend(script);
  const server = new OracleNetServer({ backend, dialect, ...serverOptions });
  await server.listen();
  const connectString = `127.0.0.1:${server.port}/orcl`;
  const connections: Connection[] = [];
  return {
    server, backend, connectString,
    async connect(attributes = {}) {
      const connection = await oracledb.getConnection({ user: 'tank', password: 'tank', connectString, ...attributes });
      connections.push(connection);
      return connection;
    },
    refusal: (attempt) => attempt.then(() => Promise.reject(new Error('This should have failed.')), (error: oracledb.DBError) => error),
    async end() {
      const { protocolErrors } = server.seen;
      await server.close();
      await Promise.all(connections.map((connection) => connection.close().catch(() => undefined)));
      if (protocolErrors.length > 0) throw new Error(`The server did not understand its client: ${protocolErrors.join('; ')}`);
    },
  };
}
