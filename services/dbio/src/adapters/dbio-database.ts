import { openLogsDb, type LogsDb } from '@tank/logs-db';
import { SourceConnection } from './entities/source-connection.js';
import { SourceConnections } from './migrations/0001-source-connections.js';
import { ConnectionLimits } from './migrations/0002-connection-limits.js';
import { LastChanges } from './migrations/0003-last-changes.js';

const CONNECTIONS = 3;

/** The source connections' own table of the Logs DB, up to date. */
export function openDbioDatabase(url: string): Promise<LogsDb> {
  return openLogsDb({ url, owner: 'dbio', entities: [SourceConnection], migrations: [SourceConnections, ConnectionLimits, LastChanges], connections: CONNECTIONS });
}
