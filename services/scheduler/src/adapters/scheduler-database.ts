import { TryLater } from '@tank/contracts';
import { isDatabaseAway, LogsDb, openLogsDb, type Sql } from '@tank/logs-db';
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
import { Resends } from './migrations/0003-resends.js';
import { ApprovalAndRevisions } from './migrations/0004-approval-and-revisions.js';
import { Groups } from './migrations/0005-groups.js';

const ENTITIES = [
  AutomationEntity, AutomationVersionEntity, ScheduleEntity, MissedFiringEntity, RunEntity, ManifestRowEntity, LeadershipEntity, NoticeEntity,
];
const MIGRATIONS = [SchedulerTables, UnsureMarksAndFileStems, Resends, ApprovalAndRevisions, Groups];
const CONNECTIONS = 12;
const AWAY_RETRY_MS = 1_000;

/** The scheduler's own tables of the Logs DB, up to date. */
export async function openSchedulerDatabase(url: string): Promise<LogsDb> {
  const { dataSource } = await openLogsDb({ url, owner: 'scheduler', entities: ENTITIES, migrations: MIGRATIONS, connections: CONNECTIONS });
  return new SchedulerDatabase(dataSource);
}

/** Every statement of the scheduler goes through here. @throws TryLater while the database is away: runs wait for it and do not fail. */
class SchedulerDatabase extends LogsDb {
  override query<T = Record<string, unknown>>(statement: string, values: unknown[] = []): Promise<T[]> {
    return orTryLater(super.query<T>(statement, values));
  }

  override transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return orTryLater(super.transaction(work));
  }
}

async function orTryLater<T>(done: Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (error) {
    throw isDatabaseAway(error) ? new TryLater('The Logs DB cannot be used right now.', AWAY_RETRY_MS, { cause: error }) : error;
  }
}
