import {
  isDescending, pageOf, refuseChangedMeanwhile, rowPlaceIn,
  type Actor, type AskedChange, type Automation, type AutomationVersion, type ChangedVersion, type Page, type PageAsked, type VersionSummary,
} from '@tank/contracts';
import { NAMES_SORTED, readSorted, type LogsDb, type SortedList, type Sql } from '@tank/logs-db';
import type { AutomationAtWork, AutomationStore, NewAutomation, VersionsAsked } from '../automations.js';
import { atWork, INSERT_DRAFT } from './automation-at-work.js';
import { insertSchedule } from './schedule-store.js';
import { SUMMARY_COLUMNS, summaryOf, VERSION_COLUMNS, versionOf, withVersions, type AutomationRow, type SummaryRow, type VersionRow } from './version-row.js';

const INSERT_AUTOMATION = 'INSERT INTO automation (automation_id, name, description, group_id) VALUES ($1, $2, $3, $4)';
const MOVE = 'UPDATE automation SET group_id = $2 WHERE automation_id = $1 RETURNING automation_id';
/** Whoever changes an automation, or starts a run of it, does so one after the other. */
const LOCK = 'SELECT revision, changed_by, changed_at FROM automation WHERE automation_id = $1 FOR UPDATE';
const RAISE = `
  UPDATE automation SET revision = revision + 1, changed_by = $2::json, changed_at = clock_timestamp() WHERE automation_id = $1 RETURNING revision`;

const FIND_VERSION = `SELECT ${VERSION_COLUMNS} FROM automation_version v JOIN automation a USING (automation_id) WHERE v.version_id = $1`;
const FIND_NUMBERED = `SELECT ${VERSION_COLUMNS} FROM automation_version v JOIN automation a USING (automation_id) WHERE v.automation_id = $1 AND v.number = $2`;
const SUMMARIES = (direction: 'ASC' | 'DESC') => `
  SELECT ${SUMMARY_COLUMNS} FROM automation_version v
  WHERE automation_id = $1 AND ($3::integer IS NULL OR number ${direction === 'ASC' ? '>' : '<'} $3) ORDER BY number ${direction} LIMIT $2`;
const COLUMNS = 'automation_id, name, description, group_id, created_at, revision';
const FIND = `SELECT ${COLUMNS} FROM automation WHERE automation_id = $1`;
/** $1 groups, or null. Indexes: automation_created, automation_group. */
const AUTOMATIONS: SortedList = {
  columns: COLUMNS,
  from: 'automation',
  where: '$1::uuid[] IS NULL OR group_id = ANY($1)',
  sorts: { createdAt: { sql: 'created_at', of: 'timestamptz' }, name: { sql: `name ${NAMES_SORTED}`, of: 'text' } },
  id: 'automation_id',
};

interface LockedRow {
  revision: number;
  changed_by: Actor | null;
  changed_at: Date | null;
}

export class PgAutomationStore implements AutomationStore {
  constructor(private readonly db: LogsDb) {}

  async insert({ automationId, versionId, name, description, groupId, definition, schedules, writtenBy }: NewAutomation): Promise<void> {
    await this.db.transaction(async (sql) => {
      await sql.query(INSERT_AUTOMATION, [automationId, name, description, groupId]);
      await sql.query(INSERT_DRAFT, [versionId, automationId, JSON.stringify(definition), JSON.stringify(writtenBy)]);
      for (const schedule of schedules) await insertSchedule(sql, schedule, null);
    });
  }

  async find(automationId: string): Promise<Automation | undefined> {
    const [automation] = await withVersions(this.db, await this.db.query<AutomationRow>(FIND, [automationId]));
    return automation;
  }

  async move(automationId: string, groupId: string): Promise<boolean> {
    return (await this.db.query(MOVE, [automationId, groupId])).length === 1;
  }

  async page(groupIds: string[] | null, asked: PageAsked): Promise<Page<Automation>> {
    const found = await readSorted<AutomationRow>(this.db, AUTOMATIONS, [groupIds], asked, rowPlaceIn(asked));
    const automations = await withVersions(this.db, found.map(({ row }) => row));
    return pageOf(automations.map((item, at) => ({ item, place: found[at]!.place })), asked);
  }

  async version(versionId: string): Promise<AutomationVersion | undefined> {
    const [row] = await this.db.query<VersionRow>(FIND_VERSION, [versionId]);
    return row && versionOf(row);
  }

  numbered(automationId: string, number: number): Promise<AutomationVersion | undefined> {
    return findNumbered(this.db, automationId, number);
  }

  async versions(automationId: string, { limit, after, sort }: VersionsAsked): Promise<VersionSummary[]> {
    return (await this.db.query<SummaryRow>(SUMMARIES(isDescending(sort) ? 'DESC' : 'ASC'), [automationId, limit, after])).map(summaryOf);
  }

  changing(automationId: string, { revision, by }: AskedChange, work: (at: AutomationAtWork) => Promise<string>): Promise<ChangedVersion | undefined> {
    return this.db.transaction(async (sql) => {
      const [last] = await sql.query<LockedRow>(LOCK, [automationId]);
      if (!last) return undefined;
      refuseChangedMeanwhile(revision, last.revision, { by: last.changed_by, at: last.changed_at });
      const [automation] = await withVersions(sql, await sql.query<AutomationRow>(FIND, [automationId]));
      const versionId = await work(atWork(sql, automation!, by, (number) => findNumbered(sql, automationId, number)));
      const [raised] = await sql.query<{ revision: number }>(RAISE, [automationId, JSON.stringify(by)]);
      const [row] = await sql.query<VersionRow>(FIND_VERSION, [versionId]);
      return { version: versionOf(row!), revision: raised!.revision };
    });
  }
}

/** The active version of an automation that the transaction holds locked. */
export async function lockActiveVersion(sql: Sql, automationId: string): Promise<{ isThere: boolean; active: AutomationVersion | null }> {
  await sql.query(LOCK, [automationId]);
  const [automation] = await withVersions(sql, await sql.query<AutomationRow>(FIND, [automationId]));
  return { isThere: automation !== undefined, active: automation?.activeVersion ?? null };
}

async function findNumbered(sql: Sql, automationId: string, number: number): Promise<AutomationVersion | undefined> {
  const [row] = await sql.query<VersionRow>(FIND_NUMBERED, [automationId, number]);
  return row && versionOf(row);
}
