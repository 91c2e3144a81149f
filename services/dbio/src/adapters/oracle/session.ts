import oracledb, { type Connection, type ConnectionAttributes } from 'oracledb';
import type { OracleAccess } from './oracle-access.js';

const PROGRAM = 'tank-dbio';
/** Minutes between probes that find a dead connection before a firewall forgets it. */
const PROBE_MINUTES = 1;

/*
 * The formats in which text and times meet when a query compares them without saying how: those in which Tank writes
 * times. One call for all; no right is needed for it.
 */
const prepareSql = (timeZone: string) => `ALTER SESSION SET TIME_ZONE = '${timeZone.replaceAll("'", "''")}' NLS_DATE_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS' `
  + `NLS_TIMESTAMP_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.FF' NLS_TIMESTAMP_TZ_FORMAT = 'YYYY-MM-DD"T"HH24:MI:SS.FFTZH:TZM' NLS_NUMERIC_CHARACTERS = '.,'`;

/** Chooses thin or thick mode for this thread. Throws the driver's error when the client libraries are missing. */
export function chooseClient({ thick, configDir }: OracleAccess): void {
  if (thick) oracledb.initOracleClient({ libDir: thick.libDir, configDir });
}

export function attributesOf(access: OracleAccess): ConnectionAttributes {
  const seconds = Math.max(1, Math.ceil(access.connectMs / 1000));
  const { user, password, connectString, configDir, walletLocation, walletPassword } = access;
  return {
    user, password, connectString, walletLocation, walletPassword,
    ...(access.thick ? {} : { configDir }),
    sslServerDNMatch: access.matchesHostName,
    connectTimeout: seconds,
    transportConnectTimeout: seconds,
    expireTime: PROBE_MINUTES,
    program: PROGRAM, // all that a logon trigger sees of us
  };
}

/** How a new session presents itself to a DBA, and what it takes for a date. */
export async function prepareSession(connection: Connection, action: string, { clientIdentifier, sessionTimeZone }: OracleAccess): Promise<void> {
  connection.module = PROGRAM;
  connection.action = action;
  connection.clientId = clientIdentifier;
  await connection.execute(prepareSql(sessionTimeZone));
}

/** From here on the session changes nothing: DML fails with ORA-01456. The real guard is a user with no right to change anything. */
export async function beginReadOnly(connection: Connection): Promise<void> {
  await connection.execute('SET TRANSACTION READ ONLY');
}
