import type { ConnectionAttributes } from 'oracledb';
import { connectionSchema, DEFAULT_GROUP, type Connection } from '@tank/contracts';
import { OracleNetServer, type OracleNetServerOptions } from '../../../embedded/oracle-net/oracle-net-server.ts';
import { ScriptedBackend, type ScriptedBackendOptions } from '../../../embedded/oracle-net/scripted-backend.ts';
import { OracleSource } from '../src/adapters/oracle/oracle-source.js';
import type { OracleSecrets, OracleSettings } from '../src/adapters/oracle/oracle-access.js';
import type { SourceLimits } from '../src/adapters/source-limits.js';

/** Short enough for a test of a hang, long enough for a busy machine. */
export const ORACLE_LIMITS: SourceLimits = { connectMs: 1_000, askMs: 1_000, fetchMs: 1_000, lookUpMs: 1_000, updateMs: 5_000, poolSize: 4, tls: 'off' };
export const ORACLE_SETTINGS: OracleSettings = { clientMode: 'thin', clientLibDir: null, tnsAdmin: null, walletDir: null };
/** What dbio does not start without. */
export const NEEDED_SETTINGS = {
  NATS_URL: 'nats://127.0.0.1:4222', LOGS_DB_URL: 'postgres://tank_dbio:p@127.0.0.1:5432/tank', TANK_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
};

/** A connection of kind oracle to a server on this machine; user tank, service ORCL unless told. */
export function oracleConnection(port: number, over: Partial<Connection> = {}): Connection {
  const connection = connectionSchema.parse({
    connectionId: '6f1d8f6e-2a53-4c7a-9d0f-0d7c1c3b8a11', groupId: DEFAULT_GROUP, name: 'customers', kind: 'oracle', host: '127.0.0.1', port, database: 'ORCL', user: 'tank', createdAt: '2026-11-20T00:00:00.000Z', revision: 1,
  });
  return { ...connection, ...over };
}

export interface OpenedWith {
  password?: string;
  walletPassword?: string;
  limits?: Partial<SourceLimits>;
  settings?: Partial<OracleSettings>;
  connection?: Partial<Connection>;
  now?: () => number;
}

/** An Oracle Net server of one test, answering as scripted, and the sources that were opened on it. */
export class ScriptedOracle {
  private readonly sources: OracleSource[] = [];
  private constructor(readonly backend: ScriptedBackend, readonly server: OracleNetServer) {}

  static async start(options: Partial<Omit<OracleNetServerOptions, 'backend'>> & ScriptedBackendOptions = {}): Promise<ScriptedOracle> {
    const { accounts, services, ...ofServer } = options;
    const backend = new ScriptedBackend({ ...(accounts ? { accounts } : {}), ...(services ? { services } : {}) });
    const server = new OracleNetServer({ dialect: '19c', ...ofServer, backend });
    await server.listen();
    return new ScriptedOracle(backend, server);
  }

  /** For the driver itself. */
  get logon(): Required<Pick<ConnectionAttributes, 'user' | 'password' | 'connectString'>> {
    return { user: 'tank', password: 'tank', connectString: `127.0.0.1:${this.server.port}/ORCL` };
  }

  connection(over: Partial<Connection> = {}): Connection {
    return oracleConnection(this.server.port, over);
  }

  open({ password = 'tank', walletPassword, limits, settings, connection, now }: OpenedWith = {}): OracleSource {
    const secrets: OracleSecrets = { password, walletPassword: walletPassword ?? null };
    const source = new OracleSource(this.connection(connection), secrets, { ...ORACLE_SETTINGS, ...settings }, { ...ORACLE_LIMITS, ...limits }, now);
    this.sources.push(source);
    return source;
  }

  /** What was executed or only parsed, in order, without what the adapter says when a session begins. */
  get statements(): string[] {
    return this.server.seen.statements.map(({ sql }) => sql).filter((sql) => !sql.startsWith('ALTER SESSION'));
  }

  /** @throws when clients said something that the server did not understand. */
  async close(): Promise<void> {
    await Promise.all(this.sources.map((source) => source.close()));
    await this.server.close();
    const { protocolErrors } = this.server.seen;
    if (protocolErrors.length > 0) throw new Error(`The Oracle Net server did not understand its client:\n${protocolErrors.join('\n')}`);
  }
}
