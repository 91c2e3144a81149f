import { randomUUID } from 'node:crypto';
import type { Actor, Automation } from '@tank/contracts';
import type { Sql } from '@tank/logs-db';
import { withWriters, type AutomationAtWork } from '../automations.js';

export const INSERT_DRAFT = `
  INSERT INTO automation_version (version_id, automation_id, number, status, definition, written_by)
  SELECT $1, $2, coalesce(max(number), 0) + 1, 'DRAFT', $3::json, $4::json FROM automation_version WHERE automation_id = $2`;
/** Whatever was approved has not been, once it says something else. */
const CHANGE_DRAFT = `
  UPDATE automation_version SET definition = $2::json, written_by = $3::json, status = 'DRAFT', approved_by = NULL, approved_at = NULL
  WHERE version_id = $1 AND status IN ('DRAFT', 'APPROVED')`;
const APPROVE = `
  UPDATE automation_version SET status = 'APPROVED', approved_by = $2::json, approved_at = clock_timestamp()
  WHERE version_id = $1 AND status IN ('DRAFT', 'APPROVED')`;
const RETIRE_ACTIVE = `UPDATE automation_version SET status = 'RETIRED' WHERE automation_id = $1 AND status = 'ACTIVE'`;
const ACTIVATE = `
  UPDATE automation_version SET status = 'ACTIVE', activated_at = clock_timestamp() WHERE version_id = $1 AND status IN ('DRAFT', 'APPROVED')`;
const NAME = 'UPDATE automation SET name = coalesce($2, name), description = coalesce($3, description) WHERE automation_id = $1';

/** What may be done to an automation that the transaction holds locked. */
export function atWork(sql: Sql, automation: Automation, by: Actor, numbered: AutomationAtWork['numbered']): AutomationAtWork {
  const { automationId, draftVersion: draft } = automation;
  return {
    automation,
    numbered,
    async name({ name, description }) {
      await sql.query(NAME, [automationId, name ?? null, description ?? null]);
    },
    async writeDraft(definition, writers = []) {
      const versionId = draft?.versionId ?? randomUUID();
      const writtenBy = JSON.stringify(withWriters(draft?.writtenBy ?? [], [...writers, by]));
      if (draft) await sql.query(CHANGE_DRAFT, [versionId, JSON.stringify(definition), writtenBy]);
      else await sql.query(INSERT_DRAFT, [versionId, automationId, JSON.stringify(definition), writtenBy]);
      return versionId;
    },
    async approve({ versionId }) {
      await sql.query(APPROVE, [versionId, JSON.stringify(by)]);
      return versionId;
    },
    async activate({ versionId }) {
      await sql.query(RETIRE_ACTIVE, [automationId]);
      await sql.query(ACTIVATE, [versionId]);
      return versionId;
    },
  };
}
