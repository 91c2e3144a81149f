import { automationDefinitionSchema, type Actor, type Automation, type AutomationVersion } from '@tank/contracts';
import type { Sql } from '@tank/logs-db';

export const SUMMARY_COLUMNS = 'v.version_id, v.automation_id, v.number, v.status, v.created_at, v.written_by, v.approved_by, v.approved_at, v.activated_at';
export const VERSION_COLUMNS = `${SUMMARY_COLUMNS}, a.name AS automation_name, v.definition`;
const LIVE_VERSIONS = `
  SELECT ${VERSION_COLUMNS} FROM automation_version v JOIN automation a USING (automation_id)
  WHERE v.automation_id = ANY($1) AND v.status IN ('ACTIVE', 'DRAFT', 'APPROVED')`;

export interface AutomationRow {
  automation_id: string;
  name: string;
  description: string;
  group_id: string;
  created_at: Date;
  revision: number;
}
export interface SummaryRow {
  version_id: string;
  automation_id: string;
  number: number;
  status: AutomationVersion['status'];
  created_at: Date;
  written_by: Actor[];
  approved_by: Actor | null;
  approved_at: Date | null;
  activated_at: Date | null;
}
export interface VersionRow extends SummaryRow {
  automation_name: string;
  definition: unknown;
}

export async function withVersions(sql: Sql, rows: AutomationRow[]): Promise<Automation[]> {
  const versions = (await sql.query<VersionRow>(LIVE_VERSIONS, [rows.map((row) => row.automation_id)])).map(versionOf);
  return rows.map((row) => {
    const own = versions.filter((version) => version.automationId === row.automation_id);
    return {
      automationId: row.automation_id,
      name: row.name,
      description: row.description,
      groupId: row.group_id,
      activeVersion: own.find((version) => version.status === 'ACTIVE') ?? null,
      draftVersion: own.find((version) => version.status !== 'ACTIVE') ?? null,
      createdAt: row.created_at.toISOString(),
      revision: row.revision,
    };
  });
}

export function versionOf(row: VersionRow): AutomationVersion {
  return { ...summaryOf(row), automationName: row.automation_name, definition: automationDefinitionSchema.parse(row.definition) };
}

export function summaryOf(row: SummaryRow): Omit<AutomationVersion, 'automationName' | 'definition'> {
  return {
    versionId: row.version_id,
    automationId: row.automation_id,
    number: row.number,
    status: row.status,
    createdAt: row.created_at.toISOString(),
    writtenBy: row.written_by,
    approvedBy: row.approved_by,
    approvedAt: row.approved_at?.toISOString() ?? null,
    activatedAt: row.activated_at?.toISOString() ?? null,
  };
}
