import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One row a run, as the scheduler last described it. */
@Entity('auto_run_log')
@Index('auto_run_log_created', ['createdAt', 'status'])
@Index('auto_run_log_automation', ['automationId', 'createdAt'])
export class AutoRunLog {
  @PrimaryColumn({ name: 'run_id', type: 'uuid' }) runId!: string;
  @Column({ type: 'text' }) status!: string;
  @Column({ name: 'start_at', type: 'timestamptz', nullable: true }) startAt!: Date | null;
  @Column({ name: 'end_at', type: 'timestamptz', nullable: true }) endAt!: Date | null;
  @Column({ name: 'automation_id', type: 'uuid' }) automationId!: string;
  @Column({ name: 'automation_name', type: 'text' }) automationName!: string;
  @Column({ name: 'version_id', type: 'uuid' }) versionId!: string;
  @Column({ type: 'text' }) trigger!: string;
  @Column({ name: 'schedule_id', type: 'uuid', nullable: true }) scheduleId!: string | null;
  /** Local time of the run's zone. */
  @Column({ name: 'business_date', type: 'timestamp' }) businessDate!: string;
  @Column({ name: 'time_zone', type: 'text' }) timeZone!: string;
  @Column({ name: 'total_count', type: 'integer' }) totalCount!: number;
  @Column({ name: 'sent_count', type: 'integer' }) sentCount!: number;
  @Column({ name: 'failed_count', type: 'integer' }) failedCount!: number;
  @Column({ name: 'skipped_count', type: 'integer' }) skippedCount!: number;
  @Column({ name: 'in_doubt_count', type: 'integer' }) inDoubtCount!: number;
  @Column({ name: 'canceled_count', type: 'integer' }) canceledCount!: number;
  @Column({ name: 'reason_code', type: 'text', nullable: true }) reasonCode!: string | null;
  @Column({ type: 'text', nullable: true }) reason!: string | null;
  /** Counts up with every change of the run; an older one never overwrites a newer one. */
  @Column({ type: 'integer' }) revision!: number;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'logged_at', type: 'timestamptz', default: () => 'now()' }) loggedAt!: Date;
}
