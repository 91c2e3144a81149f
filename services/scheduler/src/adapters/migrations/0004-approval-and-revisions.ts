import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ApprovalAndRevisions implements MigrationInterface {
  name = 'ApprovalAndRevisions0000000000004';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...REVISIONS, ...APPROVAL, APPROVED_VERSIONS_STAY]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations of the scheduler go forward only: restore a backup instead.');
  }
}

const REVISIONS = ['automation', 'schedule'].map(
  (table) => `ALTER TABLE ${table} ADD COLUMN revision integer NOT NULL DEFAULT 1, ADD COLUMN changed_by json, ADD COLUMN changed_at timestamptz`,
);

const APPROVAL = [
  `ALTER TABLE automation_version
    ADD COLUMN written_by json NOT NULL DEFAULT '[]', ADD COLUMN approved_by json, ADD COLUMN approved_at timestamptz,
    DROP CONSTRAINT automation_version_status,
    ADD CONSTRAINT automation_version_status CHECK (status IN ('DRAFT', 'APPROVED', 'ACTIVE', 'RETIRED')),
    ADD CONSTRAINT automation_version_approval CHECK (
      (approved_by IS NULL) = (approved_at IS NULL)
      AND CASE status WHEN 'DRAFT' THEN approved_at IS NULL WHEN 'APPROVED' THEN approved_at IS NOT NULL ELSE true END)`,
  'DROP INDEX automation_version_one_draft',
  `CREATE UNIQUE INDEX automation_version_one_draft ON automation_version (automation_id) WHERE status IN ('DRAFT', 'APPROVED')`,
];

/**
 * What was approved is what goes active, and what was active stays as it was: of those nothing but the status changes. To be changed, an approved
 * version must be a draft again, which has no approval.
 */
const APPROVED_VERSIONS_STAY = `
  CREATE OR REPLACE FUNCTION keep_used_version() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    same_words boolean;
    same_approval boolean;
  BEGIN
    IF TG_OP = 'DELETE' AND OLD.status = 'DRAFT' THEN RETURN OLD; END IF;
    IF TG_OP = 'UPDATE' THEN
      IF OLD.status IN ('DRAFT', 'APPROVED') AND NEW.status = 'DRAFT' THEN RETURN NEW; END IF;
      same_words := (NEW.version_id, NEW.automation_id, NEW.number, NEW.definition::text, NEW.written_by::text, NEW.created_at)
        IS NOT DISTINCT FROM (OLD.version_id, OLD.automation_id, OLD.number, OLD.definition::text, OLD.written_by::text, OLD.created_at);
      same_approval := (NEW.approved_by::text, NEW.approved_at) IS NOT DISTINCT FROM (OLD.approved_by::text, OLD.approved_at);
      IF same_words AND OLD.status IN ('DRAFT', 'APPROVED') AND NEW.status = 'APPROVED' AND NEW.activated_at IS NULL THEN RETURN NEW; END IF;
      IF same_words AND same_approval AND OLD.status IN ('DRAFT', 'APPROVED') AND NEW.status = 'ACTIVE' THEN RETURN NEW; END IF;
      IF same_words AND same_approval AND NEW.activated_at IS NOT DISTINCT FROM OLD.activated_at
        AND (NEW.status = OLD.status OR (OLD.status = 'ACTIVE' AND NEW.status = 'RETIRED')) THEN
        RETURN NEW;
      END IF;
    END IF;
    RAISE EXCEPTION 'Version % of automation % is % and never changes', OLD.number, OLD.automation_id, OLD.status USING ERRCODE = 'check_violation';
  END $$`;
