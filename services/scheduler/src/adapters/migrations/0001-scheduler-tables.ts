import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SchedulerTables implements MigrationInterface {
  name = 'SchedulerTables0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [AUTOMATIONS, USED_VERSIONS_STAY, SCHEDULES, RUNS, MANIFESTS, LEADERSHIP, NOTICES]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations of the scheduler go forward only: restore a backup instead.');
  }
}

const AUTOMATIONS = `
  CREATE TABLE automation (
    automation_id uuid PRIMARY KEY,
    name text NOT NULL,
    description text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE INDEX automation_created ON automation (created_at, automation_id);
  CREATE TABLE automation_version (
    version_id uuid PRIMARY KEY,
    automation_id uuid NOT NULL CONSTRAINT automation_version_automation REFERENCES automation,
    number integer NOT NULL,
    status text NOT NULL CONSTRAINT automation_version_status CHECK (status IN ('DRAFT', 'ACTIVE', 'RETIRED')),
    definition json NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    activated_at timestamptz
  );
  CREATE UNIQUE INDEX automation_version_number ON automation_version (automation_id, number);
  CREATE UNIQUE INDEX automation_version_one_active ON automation_version (automation_id) WHERE status = 'ACTIVE';
  CREATE UNIQUE INDEX automation_version_one_draft ON automation_version (automation_id) WHERE status = 'DRAFT'`;

/** A version that was ever active may have been used: whatever asks for it later must find what was sent. */
const USED_VERSIONS_STAY = `
  CREATE FUNCTION keep_used_version() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF OLD.status = 'DRAFT' AND (TG_OP = 'DELETE' OR NEW.status IN ('DRAFT', 'ACTIVE')) THEN
      RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.status = OLD.status OR (OLD.status = 'ACTIVE' AND NEW.status = 'RETIRED'))
      AND (NEW.version_id, NEW.automation_id, NEW.number, NEW.definition::text, NEW.created_at, NEW.activated_at)
        IS NOT DISTINCT FROM (OLD.version_id, OLD.automation_id, OLD.number, OLD.definition::text, OLD.created_at, OLD.activated_at) THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Version % of automation % is % and never changes', OLD.number, OLD.automation_id, OLD.status USING ERRCODE = 'check_violation';
  END $$;
  CREATE TRIGGER keep_used_version BEFORE UPDATE OR DELETE ON automation_version FOR EACH ROW EXECUTE FUNCTION keep_used_version()`;

const SCHEDULES = `
  CREATE TABLE schedule (
    schedule_id uuid PRIMARY KEY,
    automation_id uuid NOT NULL CONSTRAINT schedule_of_automation REFERENCES automation,
    cron text NOT NULL,
    time_zone text NOT NULL,
    start_at timestamptz,
    end_at timestamptz,
    misfire text NOT NULL CONSTRAINT schedule_misfire CHECK (misfire IN ('run-once', 'skip')),
    enabled boolean NOT NULL,
    next_fire_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE INDEX schedule_due ON schedule (next_fire_at) WHERE next_fire_at IS NOT NULL;
  CREATE INDEX schedule_automation ON schedule (automation_id);
  CREATE TABLE missed_firing (
    schedule_id uuid NOT NULL CONSTRAINT missed_firing_of_schedule REFERENCES schedule,
    fire_time timestamptz NOT NULL,
    reason_code text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (schedule_id, fire_time)
  )`;

const RUNS = `
  CREATE TABLE run (
    run_id uuid PRIMARY KEY,
    automation_id uuid NOT NULL CONSTRAINT run_of_automation_fk REFERENCES automation,
    version_id uuid NOT NULL CONSTRAINT run_of_version_fk REFERENCES automation_version,
    status text NOT NULL CONSTRAINT run_status CHECK (status IN ('WAITING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAIL', 'CANCELED')),
    trigger text NOT NULL,
    schedule_id uuid,
    fire_time timestamptz,
    idempotency_key text,
    business_date text NOT NULL,
    time_zone text NOT NULL,
    reason_code text,
    reason text,
    traceparent text,
    key_column text NOT NULL,
    claimed_files json NOT NULL DEFAULT '[]',
    priority integer NOT NULL,
    serial boolean NOT NULL,
    allow_parallel boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    start_at timestamptz,
    stopped_at timestamptz,
    end_at timestamptz,
    not_before timestamptz,
    values_erased_at timestamptz,
    announced_at timestamptz,
    announcements integer NOT NULL DEFAULT 0,
    attempt integer NOT NULL DEFAULT 0,
    next_sequence integer NOT NULL DEFAULT 0,
    attempt_rows integer NOT NULL DEFAULT 0,
    manifest_at timestamptz,
    manifest_closed_at timestamptz,
    total integer NOT NULL DEFAULT 0,
    waiting integer NOT NULL DEFAULT 0,
    dispatched integer NOT NULL DEFAULT 0,
    sent integer NOT NULL DEFAULT 0,
    failed integer NOT NULL DEFAULT 0,
    skipped integer NOT NULL DEFAULT 0,
    in_doubt integer NOT NULL DEFAULT 0,
    canceled integer NOT NULL DEFAULT 0,
    revision integer NOT NULL DEFAULT 1,
    status_revision integer NOT NULL DEFAULT 1,
    published_revision integer NOT NULL DEFAULT 0,
    published_at timestamptz,
    CONSTRAINT run_counts CHECK (waiting >= 0 AND dispatched >= 0 AND total = waiting + dispatched + sent + failed + skipped + in_doubt + canceled)
  );
  CREATE UNIQUE INDEX run_firing ON run (schedule_id, fire_time);
  CREATE UNIQUE INDEX run_idempotency ON run (automation_id, idempotency_key);
  CREATE UNIQUE INDEX run_one_active ON run (automation_id) WHERE start_at IS NOT NULL AND end_at IS NULL AND NOT allow_parallel;
  CREATE INDEX run_created ON run (created_at, run_id);
  CREATE INDEX run_of_automation ON run (automation_id, created_at, run_id);
  CREATE INDEX run_open ON run (status) WHERE end_at IS NULL;
  CREATE INDEX run_behind ON run (run_id) WHERE revision > published_revision;
  CREATE INDEX run_not_erased ON run (end_at) WHERE values_erased_at IS NULL`;

/** The rows change state a few times each and are read by state: vacuum keeps up with them sooner than is usual. */
const MANIFESTS = `
  CREATE TABLE manifest_row (
    run_id uuid NOT NULL CONSTRAINT manifest_row_of_run REFERENCES run,
    row_no integer NOT NULL,
    recipient_key text NOT NULL,
    row_values json,
    file_keys text[],
    stop_code text,
    stop_rule text,
    dispatch integer NOT NULL DEFAULT 0,
    dispatched_at timestamptz,
    outcome text,
    error_code text,
    settled_at timestamptz,
    recorded_at timestamptz,
    logged boolean NOT NULL DEFAULT false,
    PRIMARY KEY (run_id, row_no)
  ) WITH (autovacuum_vacuum_scale_factor = 0.02);
  CREATE INDEX manifest_row_waiting ON manifest_row (run_id, row_no) WHERE outcome IS NULL AND dispatched_at IS NULL;
  CREATE INDEX manifest_row_dispatched ON manifest_row (dispatched_at) WHERE outcome IS NULL AND dispatched_at IS NOT NULL;
  CREATE INDEX manifest_row_canceled ON manifest_row (recorded_at) WHERE outcome = 'CANCELED' AND NOT logged`;

const LEADERSHIP = `
  CREATE TABLE leadership (
    id integer PRIMARY KEY CONSTRAINT leadership_one_row CHECK (id = 1),
    epoch integer NOT NULL,
    holder text NOT NULL,
    lease_until timestamptz NOT NULL,
    acquired_at timestamptz NOT NULL
  );
  INSERT INTO leadership VALUES (1, 0, '', '-infinity', '-infinity')`;

const NOTICES = `
  CREATE TABLE notice (
    notice_id uuid PRIMARY KEY,
    code text NOT NULL,
    message text NOT NULL,
    remedy text NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE INDEX notice_occurred ON notice (occurred_at)`;
