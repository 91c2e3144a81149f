import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What went wrong beside any one mail: a database out of reach, a breaker that opened. */
@Entity('system_error_log')
@Index('system_error_log_occurred', ['occurredAt', 'errorId'])
@Index('system_error_log_run', ['runId', 'occurredAt'])
export class SystemErrorLog {
  @PrimaryColumn({ name: 'error_id', type: 'uuid' }) errorId!: string;
  @Column({ type: 'text' }) module!: string;
  @Column({ type: 'text' }) code!: string;
  @Column({ type: 'text' }) message!: string;
  @Column({ type: 'text', nullable: true }) remedy!: string | null;
  /** The same for Korean readers; null from services that speak English alone. */
  @Column({ name: 'message_ko', type: 'text', nullable: true }) messageKo!: string | null;
  @Column({ name: 'remedy_ko', type: 'text', nullable: true }) remedyKo!: string | null;
  @Column({ name: 'run_id', type: 'uuid', nullable: true }) runId!: string | null;
  @Column({ name: 'mail_id', type: 'text', nullable: true }) mailId!: string | null;
  @Column({ name: 'occurred_at', type: 'timestamptz' }) occurredAt!: Date;
  @Column({ name: 'logged_at', type: 'timestamptz', default: () => 'now()' }) loggedAt!: Date;
}
