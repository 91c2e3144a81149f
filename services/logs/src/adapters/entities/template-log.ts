import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How the template went for a mail. Partitioned like email_send_log. */
@Entity('template_log')
@Index('template_log_newest_failed', ['loggedAt', 'mailId'], { where: `status <> 'OK'` })
@Index('template_log_failed', ['runId'], { where: `status <> 'OK'` })
export class TemplateLog {
  @PrimaryColumn({ name: 'mail_id', type: 'text' }) mailId!: string;
  @PrimaryColumn({ name: 'business_date', type: 'timestamp' }) businessDate!: string;
  @Column({ name: 'run_id', type: 'uuid' }) runId!: string;
  @Column({ type: 'text' }) status!: string;
  @Column({ type: 'text', nullable: true }) detail!: string | null;
  @Column({ name: 'logged_at', type: 'timestamptz', default: () => 'now()' }) loggedAt!: Date;
}
