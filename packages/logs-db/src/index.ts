export { isDatabaseAway } from './database-away.js';
export { LogsDb, type Sql } from './logs-db.js';
export { NAMES_SORTED, readSorted, sortedStatement, type RowPlace, type SortedList } from './sorted-rows.js';
export { openLogsDb, type LogsDbOptions, type LogsDbOwner } from './open-logs-db.js';
