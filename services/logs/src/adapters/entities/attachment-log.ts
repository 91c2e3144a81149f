import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What each file rule found for a mail, in the order of the rules. Partitioned like email_send_log. */
@Entity('attachment_log')
@Index('attachment_log_failed', ['loggedAt', 'mailId', 'position', 'status'], { where: `status <> 'FOUND'` })
@Index('attachment_log_not_found', ['runId', 'status'], { where: `status <> 'FOUND'` })
export class AttachmentLog {
  @PrimaryColumn({ name: 'mail_id', type: 'text' }) mailId!: string;
  @PrimaryColumn({ name: 'business_date', type: 'timestamp' }) businessDate!: string;
  @PrimaryColumn({ type: 'integer' }) position!: number;
  @Column({ name: 'run_id', type: 'uuid' }) runId!: string;
  @Column({ type: 'text' }) rule!: string;
  @Column({ type: 'text' }) status!: string;
  @Column({ name: 'file_path', type: 'text', nullable: true }) filePath!: string | null;
  @Column({ name: 'file_size', type: 'bigint', nullable: true }) fileSize!: string | null;
  @Column({ type: 'text', nullable: true }) sha256!: string | null;
  @Column({ type: 'text', nullable: true }) detail!: string | null;
  @Column({ name: 'logged_at', type: 'timestamptz', default: () => 'now()' }) loggedAt!: Date;
}
