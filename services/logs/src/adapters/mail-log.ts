import type { Outcome } from '@tank/contracts';
import type { DataSource } from 'typeorm';
import { businessMonthOf } from '../business-month.js';
import { RowRefused, type MailLogTables } from '../log-mails.js';
import type { MailRow } from '../mail-row.js';
import { hasNoPartition, meaningOf } from './database-errors.js';
import { OUTCOMES_THAT_STAND, RECORD_MAILS } from './mail-log-sql.js';
import type { MailPartitions } from './mail-partitions.js';

/** The tables of the mails: EMAIL_SEND_LOG, ATTACHMENT_LOG and TEMPLATE_LOG. */
export class MailLog implements MailLogTables {
  constructor(private readonly database: DataSource, private readonly partitions: MailPartitions) {}

  async record(rows: MailRow[]): Promise<Map<string, Outcome>> {
    const months = rows.map((row) => monthOf(row));
    try {
      await this.partitions.prepare(months);
      const written = await this.write(rows, months);
      return await this.outcomesOf(rows, written);
    } catch (error) {
      throw meaningOf(error);
    }
  }

  private async write(rows: MailRow[], months: string[]): Promise<Set<string>> {
    try {
      return await this.insert(rows);
    } catch (error) {
      if (!hasNoPartition(error)) throw error;
      this.partitions.forget();
      await this.partitions.prepare(months);
      return this.insert(rows);
    }
  }

  private async insert(rows: MailRow[]): Promise<Set<string>> {
    const mails = rows.map(({ attachments: _, template: __, ...mail }) => mail);
    const attachments = rows.flatMap(({ mail_id, attachments }) => attachments.map((attachment) => ({ mail_id, ...attachment })));
    const templates = rows.flatMap(({ mail_id, template }) => (template ? [{ mail_id, ...template }] : []));
    const written: { mail_id: string }[] = await this.database.query(RECORD_MAILS, [mails, attachments, templates].map((part) => JSON.stringify(part)));
    return new Set(written.map(({ mail_id }) => mail_id));
  }

  /** Repeats are rare, and the only ones that need asking. */
  private async outcomesOf(rows: MailRow[], written: Set<string>): Promise<Map<string, Outcome>> {
    const outcomes = new Map(rows.map(({ mail_id, status }) => [mail_id, status]));
    const repeated = rows.filter(({ mail_id }) => !written.has(mail_id));
    if (repeated.length === 0) return outcomes;
    const standing: { mail_id: string; status: Outcome }[] = await this.database.query(OUTCOMES_THAT_STAND, [
      repeated.map(({ mail_id }) => mail_id),
      repeated.map(({ business_date }) => business_date),
    ]);
    for (const { mail_id, status } of standing) outcomes.set(mail_id, status);
    return outcomes;
  }
}

function monthOf({ business_date }: MailRow): string {
  const month = businessMonthOf(business_date);
  if (!month) throw new RowRefused('The log tables do not take this row (business_date is not a day of the calendar).');
  return month;
}
