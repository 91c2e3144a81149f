import { openLogsDb, type LogsDb } from '@tank/logs-db';
import { AutomationVersionEntity } from './entities/automation-version.js';
import { AutomationEntity } from './entities/automation.js';
import { LeadershipEntity } from './entities/leadership.js';
import { ManifestRowEntity } from './entities/manifest-row.js';
import { MissedFiringEntity } from './entities/missed-firing.js';
import { NoticeEntity } from './entities/notice.js';
import { RunEntity } from './entities/run.js';
import { ScheduleEntity } from './entities/schedule.js';
import { SchedulerTables } from './migrations/0001-scheduler-tables.js';
import { UnsureMarksAndFileStems } from './migrations/0002-unsure-marks-and-file-stems.js';

const ENTITIES = [
  AutomationEntity, AutomationVersionEntity, ScheduleEntity, MissedFiringEntity, RunEntity, ManifestRowEntity, LeadershipEntity, NoticeEntity,
];
const MIGRATIONS = [SchedulerTables, UnsureMarksAndFileStems];
const CONNECTIONS = 12;

/** The scheduler's own tables of the Logs DB, up to date. */
export function openSchedulerDatabase(url: string): Promise<LogsDb> {
  return openLogsDb({ url, owner: 'scheduler', entities: ENTITIES, migrations: MIGRATIONS, connections: CONNECTIONS });
}
