import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AutomationVersionEntity } from './automation-version.js';
import { AutomationEntity } from './automation.js';

/**
 * A run, its counts and how far it is. A run is open until it has `end_at`; a stopped one is FAIL at once and ends when
 * what was on the road has settled. The counts change in the same transaction as the rows they count.
 */
@Entity('run')
@Check('run_status', `status IN ('WAITING', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAIL', 'CANCELED')`)
@Check('run_counts', 'waiting >= 0 AND dispatched >= 0 AND total = waiting + dispatched + sent + failed + skipped + in_doubt + canceled')
@Index('run_firing', ['scheduleId', 'fireTime'], { unique: true })
@Index('run_idempotency', ['automationId', 'idempotencyKey'], { unique: true })
@Index('run_one_active', ['automationId'], { unique: true, where: 'start_at IS NOT NULL AND end_at IS NULL AND NOT allow_parallel' })
@Index('run_created', ['createdAt', 'runId'])
@Index('run_of_automation', ['automationId', 'createdAt', 'runId'])
@Index('run_open', ['status'], { where: 'end_at IS NULL' })
@Index('run_behind', ['runId'], { where: 'revision > published_revision' })
@Index('run_of_root', ['rootRunId'], { where: 'root_run_id IS NOT NULL' })
@Index('run_not_erased', ['endAt'], { where: 'values_erased_at IS NULL' })
export class RunEntity {
  @PrimaryColumn({ name: 'run_id', type: 'uuid' }) runId!: string;
  @ForeignKey(() => AutomationEntity, { name: 'run_of_automation_fk' })
  @Column({ name: 'automation_id', type: 'uuid' }) automationId!: string;
  @ForeignKey(() => AutomationVersionEntity, { name: 'run_of_version_fk' })
  @Column({ name: 'version_id', type: 'uuid' }) versionId!: string;
  @Column({ type: 'text' }) status!: string;
  @Column({ type: 'text' }) trigger!: string;
  /** The run whose mails it sends again, and the one in which they were first. */
  @Column({ name: 'resend_of', type: 'uuid', nullable: true }) resendOf!: string | null;
  @Column({ name: 'root_run_id', type: 'uuid', nullable: true }) rootRunId!: string | null;
  /** A hash of what was chosen: the same key with another choice is another request. */
  @Column({ name: 'resend_choice', type: 'text', nullable: true }) resendChoice!: string | null;
  @Column({ name: 'schedule_id', type: 'uuid', nullable: true }) scheduleId!: string | null;
  @Column({ name: 'fire_time', type: 'timestamptz', nullable: true }) fireTime!: Date | null;
  @Column({ name: 'idempotency_key', type: 'text', nullable: true }) idempotencyKey!: string | null;
  /** Local time in the run's zone, as text: nothing converts it. */
  @Column({ name: 'business_date', type: 'text' }) businessDate!: string;
  @Column({ name: 'time_zone', type: 'text' }) timeZone!: string;
  @Column({ name: 'reason_code', type: 'text', nullable: true }) reasonCode!: string | null;
  @Column({ type: 'text', nullable: true }) reason!: string | null;
  @Column({ type: 'text', nullable: true }) traceparent!: string | null;

  // What the dispatcher needs of the version.
  @Column({ name: 'key_column', type: 'text' }) keyColumn!: string;
  @Column({ name: 'claimed_files', type: 'json', default: [] }) claimedFiles!: unknown;
  @Column({ type: 'integer' }) priority!: number;
  @Column({ type: 'boolean' }) serial!: boolean;
  @Column({ name: 'allow_parallel', type: 'boolean' }) allowParallel!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' }) createdAt!: Date;
  @Column({ name: 'start_at', type: 'timestamptz', nullable: true }) startAt!: Date | null;
  @Column({ name: 'stopped_at', type: 'timestamptz', nullable: true }) stoppedAt!: Date | null;
  @Column({ name: 'end_at', type: 'timestamptz', nullable: true }) endAt!: Date | null;
  @Column({ name: 'not_before', type: 'timestamptz', nullable: true }) notBefore!: Date | null;
  @Column({ name: 'values_erased_at', type: 'timestamptz', nullable: true }) valuesErasedAt!: Date | null;

  // RunStarted, and the manifest it asks for.
  @Column({ name: 'announced_at', type: 'timestamptz', nullable: true }) announcedAt!: Date | null;
  @Column({ type: 'integer', default: 0 }) announcements!: number;
  @Column({ type: 'integer', default: 0 }) attempt!: number;
  @Column({ name: 'next_sequence', type: 'integer', default: 0 }) nextSequence!: number;
  @Column({ name: 'attempt_rows', type: 'integer', default: 0 }) attemptRows!: number;
  @Column({ name: 'manifest_at', type: 'timestamptz', nullable: true }) manifestAt!: Date | null;
  @Column({ name: 'manifest_closed_at', type: 'timestamptz', nullable: true }) manifestClosedAt!: Date | null;

  @Column({ type: 'integer', default: 0 }) total!: number;
  @Column({ type: 'integer', default: 0 }) waiting!: number;
  @Column({ type: 'integer', default: 0 }) dispatched!: number;
  @Column({ type: 'integer', default: 0 }) sent!: number;
  @Column({ type: 'integer', default: 0 }) failed!: number;
  @Column({ type: 'integer', default: 0 }) skipped!: number;
  @Column({ name: 'in_doubt', type: 'integer', default: 0 }) inDoubt!: number;
  @Column({ type: 'integer', default: 0 }) canceled!: number;

  // RunChanged goes out while the published revision is behind; a change of the status at once, of the counts once a second.
  @Column({ type: 'integer', default: 1 }) revision!: number;
  @Column({ name: 'status_revision', type: 'integer', default: 1 }) statusRevision!: number;
  @Column({ name: 'published_revision', type: 'integer', default: 0 }) publishedRevision!: number;
  @Column({ name: 'published_at', type: 'timestamptz', nullable: true }) publishedAt!: Date | null;
}
