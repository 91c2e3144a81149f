import type { Connection } from '@tank/contracts';
import { DEFAULT_PORTS } from '@tank/contracts';
import { join } from 'node:path';
import type { SourceLimits } from '../source-limits.js';

/** What holds for all Oracle sources of a process. */
export interface OracleSettings {
  /** `thick` needs Oracle's client libraries: for 11g, and for native network encryption. */
  clientMode: 'thin' | 'thick';
  clientLibDir: string | null;
  /** The folder of tnsnames.ora. */
  tnsAdmin: string | null;
  /** The folder with the wallets' folders. */
  walletDir: string | null;
}

export interface OracleSecrets {
  password: string;
  walletPassword: string | null;
}

/** All that a worker needs to get in; plain data, and the password is among it: it goes to workers and nowhere else. */
export interface OracleAccess {
  user: string;
  password: string;
  connectString: string;
  configDir: string | undefined;
  walletLocation: string | undefined;
  walletPassword: string | undefined;
  /** Whether the name in the server's certificate must be that of the host; undefined leaves it to the connect string, and to the driver, which checks it. */
  matchesHostName: boolean | undefined;
  sessionTimeZone: string;
  poolMax: number;
  thick: { libDir: string | undefined } | null;
  connectMs: number;
  /** Shown to a DBA in V$SESSION as CLIENT_IDENTIFIER. */
  clientIdentifier: string;
}

/** V$SESSION.CLIENT_IDENTIFIER holds 64 bytes. */
const IDENTIFIER_BYTES = 64;

export function accessTo(connection: Connection, secrets: OracleSecrets, settings: OracleSettings, limits: SourceLimits): OracleAccess {
  const { user, timeZone, wallet, name } = connection;
  return {
    user,
    password: secrets.password,
    connectString: connection.connectString ?? easyConnect(connection, limits.tls),
    configDir: settings.tnsAdmin ?? undefined,
    walletLocation: wallet === null || settings.walletDir === null ? undefined : join(settings.walletDir, wallet),
    walletPassword: secrets.walletPassword ?? undefined,
    matchesHostName: connection.connectString === null || connection.tls !== null ? limits.tls === 'verify' : undefined,
    sessionTimeZone: timeZone,
    poolMax: limits.poolSize,
    thick: settings.clientMode === 'thick' ? { libDir: settings.clientLibDir ?? undefined } : null,
    connectMs: limits.connectMs,
    clientIdentifier: firstBytes(name, IDENTIFIER_BYTES),
  };
}

/** `tcps://host:port/service`. An IPv6 address stands in brackets. */
function easyConnect({ host, port, database }: Connection, tls: SourceLimits['tls']): string {
  const where = host!.includes(':') ? `[${host}]` : host;
  return `${tls === 'off' ? 'tcp' : 'tcps'}://${where}:${port ?? DEFAULT_PORTS.oracle}/${database}`;
}

function firstBytes(text: string, bytes: number): string {
  let kept = text;
  while (Buffer.byteLength(kept) > bytes) kept = [...kept].slice(0, -1).join('');
  return kept;
}
