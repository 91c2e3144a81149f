import type { DeadLettered, RunChanged, SystemErrorRaised } from '@tank/contracts';
import type { DataSource } from 'typeorm';
import type { EventTables } from '../log-events.js';
import { meaningOf } from './database-errors.js';

/** An older revision never overwrites a newer one, in whatever order they arrive. */
const PUT_RUN = `
  INSERT INTO auto_run_log AS logged (
    run_id, status, start_at, end_at, automation_id, automation_name, version_id, trigger, schedule_id, business_date,
    time_zone, total_count, sent_count, failed_count, skipped_count, in_doubt_count, canceled_count, reason_code, reason,
    revision, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
  ON CONFLICT (run_id) DO UPDATE SET
    status = excluded.status, start_at = excluded.start_at, end_at = excluded.end_at,
    automation_name = excluded.automation_name, total_count = excluded.total_count, sent_count = excluded.sent_count,
    failed_count = excluded.failed_count, skipped_count = excluded.skipped_count,
    in_doubt_count = excluded.in_doubt_count, canceled_count = excluded.canceled_count,
    reason_code = excluded.reason_code, reason = excluded.reason, revision = excluded.revision, logged_at = now()
  WHERE logged.revision < excluded.revision`;

const ADD_SYSTEM_ERROR = `
  INSERT INTO system_error_log (error_id, module, code, message, remedy, message_ko, remedy_ko, run_id, mail_id, occurred_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (error_id) DO NOTHING`;

const ADD_DEAD_LETTER = `
  INSERT INTO dead_letter (dead_letter_id, step, message_type, reason, run_id, mail_id, payload, occurred_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (dead_letter_id) DO NOTHING`;

/** The tables beside the mails: AUTO_RUN_LOG, SYSTEM_ERROR_LOG and dead letters. */
export class EventLog implements EventTables {
  constructor(private readonly database: DataSource) {}

  async putRun(run: RunChanged['run'], revision: number): Promise<void> {
    const { counts } = run;
    await this.write(PUT_RUN, [
      run.runId, run.status, run.startAt, run.endAt, run.automationId, run.automationName, run.versionId, run.trigger,
      run.scheduleId, run.businessDate, run.timeZone, counts.total, counts.sent, counts.failed, counts.skipped,
      counts.inDoubt, counts.canceled, run.reasonCode, run.reason, revision, run.createdAt,
    ]);
  }

  async addSystemError(error: SystemErrorRaised): Promise<void> {
    const { errorId, module, code, message, remedy, ko, runId, mailId, occurredAt } = error;
    await this.write(ADD_SYSTEM_ERROR, [errorId, module, code, message, remedy, ko?.message ?? null, ko?.remedy ?? null, runId, mailId, occurredAt]);
  }

  async addDeadLetter(letter: DeadLettered): Promise<void> {
    const { deadLetterId, step, messageType, reason, runId, mailId, payload, occurredAt } = letter;
    await this.write(ADD_DEAD_LETTER, [deadLetterId, step, messageType, reason, runId, mailId, JSON.stringify(payload ?? null), occurredAt]);
  }

  private async write(statement: string, values: unknown[]): Promise<void> {
    try {
      await this.database.query(statement, values);
    } catch (error) {
      throw meaningOf(error);
    }
  }
}
