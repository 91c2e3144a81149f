import { automationDefinitionSchema, type Automation, type AutomationDefinition, type AutomationVersion, type VersionSummary } from '@tank/contracts';
import type { LogsDb, Sql } from '@tank/logs-db';
import type { AutomationStore, NewAutomation } from '../automations.js';
import { pageOf, placeOf } from './page-cursor.js';

const INSERT_AUTOMATION = 'INSERT INTO automation (automation_id, name, description, group_id) VALUES ($1, $2, $3, $4)';
const MOVE = 'UPDATE automation SET group_id = $2 WHERE automation_id = $1 RETURNING automation_id';
const INSERT_DRAFT = `
  INSERT INTO automation_version (version_id, automation_id, number, status, definition)
  SELECT $1, $2, coalesce(max(number), 0) + 1, 'DRAFT', $3::json FROM automation_version WHERE automation_id = $2`;
const CHANGE_DRAFT = `UPDATE automation_version SET definition = $2::json WHERE version_id = $1 AND status = 'DRAFT'`;
const RETIRE_ACTIVE = `UPDATE automation_version SET status = 'RETIRED' WHERE automation_id = $1 AND status = 'ACTIVE'`;
const ACTIVATE = `
  UPDATE automation_version SET status = 'ACTIVE', activated_at = clock_timestamp() WHERE version_id = $1 AND status = 'DRAFT'`;
/** Whoever changes an automation, or starts a run of it, does so one after the other. */
const LOCK = 'SELECT automation_id FROM automation WHERE automation_id = $1 FOR UPDATE';

const VERSION = `v.version_id, v.automation_id, a.name AS automation_name, v.number, v.status, v.definition, v.created_at, v.activated_at`;
const FIND_VERSION = `SELECT ${VERSION} FROM automation_version v JOIN automation a USING (automation_id) WHERE v.version_id = $1`;
const FIND_NUMBERED = `SELECT ${VERSION} FROM automation_version v JOIN automation a USING (automation_id) WHERE v.automation_id = $1 AND v.number = $2`;
const SUMMARIES = `
  SELECT version_id AS "versionId", automation_id AS "automationId", number, status, created_at AS "createdAt", activated_at AS "activatedAt" FROM automation_version
  WHERE automation_id = $1 AND ($3::integer IS NULL OR number < $3) ORDER BY number DESC LIMIT $2`;
const LIVE_VERSIONS = `
  SELECT ${VERSION} FROM automation_version v JOIN automation a USING (automation_id)
  WHERE v.automation_id = ANY($1) AND v.status IN ('ACTIVE', 'DRAFT')`;
const FIND = `SELECT automation_id, name, description, group_id, created_at, '' AS place_time FROM automation WHERE automation_id = $1`;
const PAGE = `
  SELECT automation_id, name, description, group_id, created_at, (created_at AT TIME ZONE 'UTC')::text || '+00' AS place_time FROM automation
  WHERE ($4::uuid[] IS NULL OR group_id = ANY($4)) AND ($2::timestamptz IS NULL OR (created_at, automation_id) > ($2::timestamptz, $3::uuid))
  ORDER BY created_at, automation_id LIMIT $1`;

interface AutomationRow {
  automation_id: string;
  name: string;
  description: string;
  group_id: string;
  created_at: Date;
  place_time: string;
}
interface VersionRow {
  version_id: string;
  automation_id: string;
  automation_name: string;
  number: number;
  status: AutomationVersion['status'];
  definition: unknown;
  created_at: Date;
  activated_at: Date | null;
}

export class PgAutomationStore implements AutomationStore {
  constructor(private readonly db: LogsDb) {}

  async insert({ automationId, versionId, name, description, groupId, definition }: NewAutomation): Promise<void> {
    await this.db.transaction(async (sql) => {
      await sql.query(INSERT_AUTOMATION, [automationId, name, description, groupId]);
      await sql.query(INSERT_DRAFT, [versionId, automationId, JSON.stringify(definition)]);
    });
  }

  async find(automationId: string): Promise<Automation | undefined> {
    const [automation] = await withVersions(this.db, await this.db.query<AutomationRow>(FIND, [automationId]));
    return automation;
  }

  async move(automationId: string, groupId: string): Promise<boolean> {
    return (await this.db.query(MOVE, [automationId, groupId])).length === 1;
  }

  async page(groupIds: string[] | null, limit: number, after: string | null): Promise<{ items: Automation[]; next: string | null }> {
    const [time, id] = after === null ? [null, null] : placeOf(after);
    const { items, next } = pageOf(await this.db.query<AutomationRow>(PAGE, [limit + 1, time, id, groupIds]), limit, (row) => row.automation_id, (row) => row);
    return { items: await withVersions(this.db, items), next };
  }

  async version(versionId: string): Promise<AutomationVersion | undefined> {
    const [row] = await this.db.query<VersionRow>(FIND_VERSION, [versionId]);
    return row && versionOf(row);
  }

  async numbered(automationId: string, number: number): Promise<AutomationVersion | undefined> {
    const [row] = await this.db.query<VersionRow>(FIND_NUMBERED, [automationId, number]);
    return row && versionOf(row);
  }

  async versions(automationId: string, limit: number, before: number | null): Promise<VersionSummary[]> {
    type Row = Omit<VersionSummary, 'createdAt' | 'activatedAt'> & { createdAt: Date; activatedAt: Date | null };
    const rows = await this.db.query<Row>(SUMMARIES, [automationId, limit, before]);
    return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString(), activatedAt: row.activatedAt?.toISOString() ?? null }));
  }

  changeDraft(automationId: string, newVersionId: string, change: (current: AutomationDefinition) => AutomationDefinition): Promise<AutomationVersion | undefined> {
    return this.locked(automationId, async (sql, { draftVersion, activeVersion }) => {
      const changed = JSON.stringify(change((draftVersion ?? activeVersion)!.definition));
      if (draftVersion) await sql.query(CHANGE_DRAFT, [draftVersion.versionId, changed]);
      else await sql.query(INSERT_DRAFT, [newVersionId, automationId, changed]);
      return draftVersion?.versionId ?? newVersionId;
    });
  }

  activate(automationId: string, check: (automation: Automation) => AutomationVersion): Promise<AutomationVersion | undefined> {
    return this.locked(automationId, async (sql, automation) => {
      const { versionId } = check(automation);
      await sql.query(RETIRE_ACTIVE, [automationId]);
      await sql.query(ACTIVATE, [versionId]);
      return versionId;
    });
  }

  /** Changes one automation while nobody else does; gives back the version that the work names, as it is then. */
  private locked(automationId: string, work: (sql: Sql, automation: Automation) => Promise<string>): Promise<AutomationVersion | undefined> {
    return this.db.transaction(async (sql) => {
      await sql.query(LOCK, [automationId]);
      const [automation] = await withVersions(sql, await sql.query<AutomationRow>(FIND, [automationId]));
      if (!automation) return undefined;
      const [row] = await sql.query<VersionRow>(FIND_VERSION, [await work(sql, automation)]);
      return versionOf(row!);
    });
  }
}

/** The active version of an automation that the transaction holds locked. */
export async function lockActiveVersion(sql: Sql, automationId: string): Promise<{ isThere: boolean; active: AutomationVersion | null }> {
  await sql.query(LOCK, [automationId]);
  const [automation] = await withVersions(sql, await sql.query<AutomationRow>(FIND, [automationId]));
  return { isThere: automation !== undefined, active: automation?.activeVersion ?? null };
}

async function withVersions(sql: Sql, rows: AutomationRow[]): Promise<Automation[]> {
  const versions = (await sql.query<VersionRow>(LIVE_VERSIONS, [rows.map((row) => row.automation_id)])).map(versionOf);
  return rows.map((row) => {
    const own = versions.filter((version) => version.automationId === row.automation_id);
    return {
      automationId: row.automation_id,
      name: row.name,
      description: row.description,
      groupId: row.group_id,
      activeVersion: own.find((version) => version.status === 'ACTIVE') ?? null,
      draftVersion: own.find((version) => version.status === 'DRAFT') ?? null,
      createdAt: row.created_at.toISOString(),
    };
  });
}

function versionOf(row: VersionRow): AutomationVersion {
  return {
    versionId: row.version_id,
    automationId: row.automation_id,
    automationName: row.automation_name,
    number: row.number,
    status: row.status,
    definition: automationDefinitionSchema.parse(row.definition),
    createdAt: row.created_at.toISOString(),
    activatedAt: row.activated_at?.toISOString() ?? null,
  };
}
