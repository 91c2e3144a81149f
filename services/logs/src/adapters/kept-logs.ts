import type { DataSource } from 'typeorm';
import type { BusinessMonth } from '../business-month.js';
import type { KeptLogs, LogKind } from '../log-upkeep.js';
import { isLockTimeout } from './database-errors.js';
import { PARTITIONED, partitionOf, type MailPartitions } from './mail-partitions.js';

/** Any number, the same in every replica. */
const UPKEEP_LOCK = 7_265_122;
const LOCK_TIMEOUT = '2s';

const PARTITIONS_OF_MAILS = `
  SELECT right(partition.relname, 6) AS month
  FROM pg_inherits JOIN pg_class partition ON partition.oid = inhrelid
  WHERE inhparent = 'email_send_log'::regclass ORDER BY month`;

const DELETE_ENTRIES: Record<Exclude<LogKind, 'mails'>, string> = {
  runs: `
    WITH gone AS (
      DELETE FROM auto_run_log WHERE run_id IN (
        SELECT run_id FROM auto_run_log run WHERE created_at < $1
          AND NOT EXISTS (SELECT FROM email_send_log mail WHERE mail.run_id = run.run_id) LIMIT $2)
      RETURNING 1)
    SELECT count(*)::integer AS count FROM gone`,
  systemErrors: deleteFrom('system_error_log', 'error_id'),
  deadLetters: deleteFrom('dead_letter', 'dead_letter_id'),
};

/** What the log tables can do for their upkeep. */
export class KeptLogTables implements KeptLogs {
  constructor(private readonly database: DataSource, private readonly partitions: MailPartitions) {}

  preparePartitions(months: BusinessMonth[]): Promise<void> {
    return this.partitions.prepare(months);
  }

  async alone(work: () => Promise<void>): Promise<void> {
    const runner = this.database.createQueryRunner();
    try {
      const [{ taken }] = await runner.query('SELECT pg_try_advisory_lock($1) AS taken', [UPKEEP_LOCK]);
      if (!taken) return;
      await work().finally(() => runner.query('SELECT pg_advisory_unlock($1)', [UPKEEP_LOCK]));
    } finally {
      await runner.release();
    }
  }

  async monthsEndedBefore(before: Date): Promise<BusinessMonth[]> {
    const found: { month: string }[] = await this.database.query(PARTITIONS_OF_MAILS);
    const running = before.toISOString().slice(0, 7);
    return found.map(({ month }) => `${month.slice(0, 4)}-${month.slice(4)}`).filter((month) => month < running);
  }

  /** Looked at again under the lock: a mail written between the look and the drop would be lost. */
  async dropMonth(month: BusinessMonth, before: Date): Promise<boolean> {
    if (await this.hasYoungMail(this.database, month, before)) return false;
    try {
      const isDropped = await this.database.transaction(async (transaction) => {
        await transaction.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
        await transaction.query(`LOCK TABLE ${PARTITIONED.join(', ')} IN ACCESS EXCLUSIVE MODE`);
        if (await this.hasYoungMail(transaction, month, before)) return false;
        for (const table of PARTITIONED) await transaction.query(`DROP TABLE ${partitionOf(table, month)}`);
        return true;
      });
      if (isDropped) this.partitions.forget();
      return isDropped;
    } catch (error) {
      if (isLockTimeout(error)) return false;
      throw error;
    }
  }

  private async hasYoungMail(by: Pick<DataSource, 'query'>, month: BusinessMonth, before: Date): Promise<boolean> {
    const [{ young }] = await by.query(`SELECT EXISTS (SELECT FROM ${partitionOf('email_send_log', month)} WHERE settled_at >= $1) AS young`, [before]);
    return young;
  }

  async deleteMails(month: BusinessMonth, before: Date, limit: number): Promise<number> {
    const mails = partitionOf('email_send_log', month);
    const [{ count }] = await this.database.query(
      `WITH gone AS (
         DELETE FROM ${mails} WHERE mail_id IN (SELECT mail_id FROM ${mails} WHERE settled_at < $1 LIMIT $2) AND settled_at < $1
         RETURNING mail_id, business_date),
       checks AS (DELETE FROM ${partitionOf('attachment_log', month)} checked USING gone WHERE checked.mail_id = gone.mail_id AND checked.business_date = gone.business_date),
       templates AS (DELETE FROM ${partitionOf('template_log', month)} checked USING gone WHERE checked.mail_id = gone.mail_id AND checked.business_date = gone.business_date)
       SELECT count(*)::integer AS count FROM gone`,
      [before, limit],
    );
    return count;
  }

  async deleteEntries(kind: Exclude<LogKind, 'mails'>, before: Date, limit: number): Promise<number> {
    const [{ count }] = await this.database.query(DELETE_ENTRIES[kind], [before, limit]);
    return count;
  }
}

function deleteFrom(table: string, key: string): string {
  return `
    WITH gone AS (
      DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE occurred_at < $1 LIMIT $2) RETURNING 1)
    SELECT count(*)::integer AS count FROM gone`;
}
