import { openLogsDb, type LogsDb } from '@tank/logs-db';
import { SourceConnection } from './entities/source-connection.js';
import { SourceConnections } from './migrations/0001-source-connections.js';
import { ConnectionLimits } from './migrations/0002-connection-limits.js';
import { LastChanges } from './migrations/0003-last-changes.js';
import { Groups } from './migrations/0004-groups.js';

const CONNECTIONS = 3;

/** The source connections' own table of the Logs DB, up to date. */
export function openDbioDatabase(url: string): Promise<LogsDb> {
  const migrations = [SourceConnections, ConnectionLimits, LastChanges, Groups];
  return openLogsDb({ url, owner: 'dbio', entities: [SourceConnection], migrations, connections: CONNECTIONS });
}
