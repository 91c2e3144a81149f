export { isDatabaseAway } from './database-away.js';
export { LogsDb, type Sql } from './logs-db.js';
export { openLogsDb, type LogsDbOptions, type LogsDbOwner } from './open-logs-db.js';
