import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AutomationEntity } from './automation.js';

@Entity('schedule')
@Check('schedule_misfire', `misfire IN ('run-once', 'skip')`)
@Index('schedule_due', ['nextFireAt'], { where: 'next_fire_at IS NOT NULL' })
@Index('schedule_automation', ['automationId'])
export class ScheduleEntity {
  @PrimaryColumn({ name: 'schedule_id', type: 'uuid' }) scheduleId!: string;
  @ForeignKey(() => AutomationEntity, { name: 'schedule_of_automation' })
  @Column({ name: 'automation_id', type: 'uuid' }) automationId!: string;
  @Column({ type: 'text' }) cron!: string;
  @Column({ name: 'time_zone', type: 'text' }) timeZone!: string;
  @Column({ name: 'start_at', type: 'timestamptz', nullable: true }) startAt!: Date | null;
  @Column({ name: 'end_at', type: 'timestamptz', nullable: true }) endAt!: Date | null;
  @Column({ type: 'text' }) misfire!: string;
  @Column({ type: 'boolean' }) enabled!: boolean;
  /** The firing that is due next; null when there is none, or the schedule is disabled. */
  @Column({ name: 'next_fire_at', type: 'timestamptz', nullable: true }) nextFireAt!: Date | null;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' }) createdAt!: Date;
  /** Raised with every change by people. */
  @Column({ type: 'integer', default: 1 }) revision!: number;
  /** Actor; null while nobody has. */
  @Column({ name: 'changed_by', type: 'json', nullable: true }) changedBy!: unknown;
  @Column({ name: 'changed_at', type: 'timestamptz', nullable: true }) changedAt!: Date | null;
}
