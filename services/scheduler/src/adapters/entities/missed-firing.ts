import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ScheduleEntity } from './schedule.js';

/** A firing that made no run, and why. */
@Entity('missed_firing')
export class MissedFiringEntity {
  @ForeignKey(() => ScheduleEntity, { name: 'missed_firing_of_schedule' })
  @PrimaryColumn({ name: 'schedule_id', type: 'uuid' }) scheduleId!: string;
  @PrimaryColumn({ name: 'fire_time', type: 'timestamptz' }) fireTime!: Date;
  @Column({ name: 'reason_code', type: 'text' }) reasonCode!: string;
  @Column({ name: 'recorded_at', type: 'timestamptz', default: () => 'clock_timestamp()' }) recordedAt!: Date;
}
