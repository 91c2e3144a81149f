import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One row a mail: its outcome and all that is known about it. Partitioned by month of `business_date`. */
@Entity('email_send_log')
@Index('email_send_log_run', ['runId', 'rowNo'])
@Index('email_send_log_run_not_sent', ['runId', 'rowNo'], { where: `status <> 'SENT'` })
@Index('email_send_log_settled', ['settledAt', 'mailId', 'automationId', 'status', 'errorCode'])
@Index('email_send_log_not_sent', ['status', 'settledAt', 'mailId'], { where: `status <> 'SENT'` })
@Index('email_send_log_error', ['errorCode', 'settledAt', 'mailId'], { where: 'error_code IS NOT NULL' })
@Index('email_send_log_recipient', ['recipientKey', 'settledAt'])
@Index('email_send_log_recipient_hash', ['recipientKeyHash', 'settledAt'], { where: 'recipient_key_hash IS NOT NULL' })
@Index('email_send_log_address', ['addressHash', 'settledAt'])
@Index('email_send_log_automation', ['automationId', 'settledAt', 'mailId'])
@Index('email_send_log_message', ['messageId'], { where: 'message_id IS NOT NULL' })
export class EmailSendLog {
  @PrimaryColumn({ name: 'mail_id', type: 'text' }) mailId!: string;
  @Column({ name: 'run_id', type: 'uuid' }) runId!: string;
  @Column({ name: 'row_no', type: 'integer' }) rowNo!: number;
  @Column({ name: 'automation_id', type: 'uuid' }) automationId!: string;
  @Column({ name: 'version_id', type: 'uuid' }) versionId!: string;
  /** As it is, or masked where it is an address and LOG_ADDRESSES said so. */
  @Column({ name: 'recipient_key', type: 'text' }) recipientKey!: string;
  /** Keyed hash of a masked key, by which it is found. */
  @Column({ name: 'recipient_key_hash', type: 'text', nullable: true }) recipientKeyHash!: string | null;
  /** Plain or masked, as LOG_ADDRESSES said when the row was written. */
  @Column({ name: 'recipient_address', type: 'text', nullable: true }) recipientAddress!: string | null;
  @Column({ name: 'recipient_name', type: 'text', nullable: true }) recipientName!: string | null;
  /** Keyed hash of the normalised address, by which a full address is found in either mode. */
  @Column({ name: 'address_hash', type: 'text', nullable: true }) addressHash!: string | null;
  @Column({ type: 'text', nullable: true }) subject!: string | null;
  /** The outcome. */
  @Column({ type: 'text' }) status!: string;
  @Column({ name: 'error_code', type: 'text', nullable: true }) errorCode!: string | null;
  @Column({ name: 'error_detail', type: 'text', nullable: true }) errorDetail!: string | null;
  @Column({ name: 'message_id', type: 'text', nullable: true }) messageId!: string | null;
  @Column({ name: 'sent_at', type: 'timestamptz', nullable: true }) sentAt!: Date | null;
  @Column({ name: 'settled_at', type: 'timestamptz' }) settledAt!: Date;
  @Column({ type: 'integer' }) attempts!: number;
  @Column({ name: 'update_query_ok', type: 'char', length: 1, nullable: true }) updateQueryOk!: 'Y' | 'N' | null;
  @Column({ name: 'update_error', type: 'text', nullable: true }) updateError!: string | null;
  /** Local time of the run's zone; the same for every message about this mail. */
  @PrimaryColumn({ name: 'business_date', type: 'timestamp' }) businessDate!: string;
  @Column({ name: 'trace_id', type: 'text', nullable: true }) traceId!: string | null;
  /** The way it went, as mail-trail.ts writes it; null where nobody said. */
  @Column({ type: 'text', nullable: true }) steps!: string | null;
  @Column({ name: 'logged_at', type: 'timestamptz', default: () => 'now()' }) loggedAt!: Date;
}
