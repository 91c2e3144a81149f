import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The log tables. The three that grow with every mail are partitioned by month of the run's business date: it is the
 * only time that is the same in every message about a mail, so that a repeated message meets the row it repeats, and
 * not an empty partition. The partitions themselves are made by MailPartitions.
 */
export class LogTables implements MigrationInterface {
  name = 'LogTables0000000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [RUNS, MAILS, MAIL_DETAILS, EVENTS, READER]) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('Migrations of the log tables go forward only: restore a backup instead.');
  }
}

const RUNS = `
  CREATE TABLE auto_run_log (
    run_id uuid PRIMARY KEY,
    status text NOT NULL,
    start_at timestamptz,
    end_at timestamptz,
    automation_id uuid NOT NULL,
    automation_name text NOT NULL,
    version_id uuid NOT NULL,
    trigger text NOT NULL,
    schedule_id uuid,
    business_date timestamp NOT NULL,
    time_zone text NOT NULL,
    total_count integer NOT NULL,
    sent_count integer NOT NULL,
    failed_count integer NOT NULL,
    skipped_count integer NOT NULL,
    in_doubt_count integer NOT NULL,
    canceled_count integer NOT NULL,
    reason_code text,
    reason text,
    revision integer NOT NULL,
    created_at timestamptz NOT NULL,
    logged_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX auto_run_log_created ON auto_run_log (created_at, status);
  CREATE INDEX auto_run_log_automation ON auto_run_log (automation_id, created_at)`;

const MAILS = `
  CREATE TABLE email_send_log (
    mail_id text NOT NULL,
    run_id uuid NOT NULL,
    row_no integer NOT NULL,
    automation_id uuid NOT NULL,
    version_id uuid NOT NULL,
    recipient_key text NOT NULL,
    recipient_key_hash text,
    recipient_address text,
    recipient_name text,
    address_hash text,
    subject text,
    status text NOT NULL,
    error_code text,
    error_detail text,
    message_id text,
    sent_at timestamptz,
    settled_at timestamptz NOT NULL,
    attempts integer NOT NULL,
    update_query_ok char(1),
    update_error text,
    business_date timestamp NOT NULL,
    trace_id text,
    logged_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (mail_id, business_date)
  ) PARTITION BY RANGE (business_date);
  CREATE INDEX email_send_log_run ON email_send_log (run_id, row_no);
  CREATE INDEX email_send_log_run_not_sent ON email_send_log (run_id, row_no) WHERE status <> 'SENT';
  CREATE INDEX email_send_log_settled ON email_send_log (settled_at, mail_id, automation_id, status, error_code);
  CREATE INDEX email_send_log_not_sent ON email_send_log (status, settled_at, mail_id) WHERE status <> 'SENT';
  CREATE INDEX email_send_log_error ON email_send_log (error_code, settled_at, mail_id) WHERE error_code IS NOT NULL;
  CREATE INDEX email_send_log_recipient ON email_send_log (recipient_key, settled_at);
  CREATE INDEX email_send_log_recipient_hash ON email_send_log (recipient_key_hash, settled_at) WHERE recipient_key_hash IS NOT NULL;
  CREATE INDEX email_send_log_address ON email_send_log (address_hash, settled_at)`;

const MAIL_DETAILS = `
  CREATE TABLE attachment_log (
    mail_id text NOT NULL,
    business_date timestamp NOT NULL,
    position integer NOT NULL,
    run_id uuid NOT NULL,
    rule text NOT NULL,
    status text NOT NULL,
    file_path text,
    file_size bigint,
    sha256 text,
    detail text,
    logged_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (mail_id, business_date, position)
  ) PARTITION BY RANGE (business_date);
  CREATE INDEX attachment_log_not_found ON attachment_log (run_id, status) WHERE status <> 'FOUND';
  CREATE TABLE template_log (
    mail_id text NOT NULL,
    business_date timestamp NOT NULL,
    run_id uuid NOT NULL,
    status text NOT NULL,
    detail text,
    logged_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (mail_id, business_date)
  ) PARTITION BY RANGE (business_date);
  CREATE INDEX template_log_failed ON template_log (run_id) WHERE status <> 'OK'`;

/** The payload of a dead letter is json, not jsonb: it keeps a text as it came, even one that jsonb refuses. */
const EVENTS = `
  CREATE TABLE system_error_log (
    error_id uuid PRIMARY KEY,
    module text NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    remedy text,
    run_id uuid,
    mail_id text,
    occurred_at timestamptz NOT NULL,
    logged_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX system_error_log_occurred ON system_error_log (occurred_at, error_id);
  CREATE INDEX system_error_log_run ON system_error_log (run_id, occurred_at);
  CREATE TABLE dead_letter (
    dead_letter_id uuid PRIMARY KEY,
    step text NOT NULL,
    message_type text NOT NULL,
    reason text NOT NULL,
    run_id uuid,
    mail_id text,
    payload json,
    occurred_at timestamptz NOT NULL,
    logged_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX dead_letter_occurred ON dead_letter (occurred_at)`;

/**
 * The read-only role sees the logs, and reaches every partition through its parent. A dead letter holds a whole message,
 * with all that a customer's row says: not for the reader.
 */
const READER = `
  DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'tank_reader') THEN
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO tank_reader', current_schema());
      GRANT SELECT ON auto_run_log, email_send_log, attachment_log, template_log, system_error_log TO tank_reader;
      REVOKE ALL ON dead_letter FROM tank_reader;
    END IF;
  END $$`;
