import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('automation')
@Index('automation_group', ['groupId', 'createdAt', 'automationId'])
@Index('automation_created', ['createdAt', 'automationId'])
export class AutomationEntity {
  @PrimaryColumn({ name: 'automation_id', type: 'uuid' }) automationId!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) description!: string;
  /** Whoever is in it sees the automation and all of its runs. */
  @Column({ name: 'group_id', type: 'uuid', default: '00000000-0000-4000-8000-000000000001' }) groupId!: string;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' }) createdAt!: Date;
  /** Raised with every change by people. */
  @Column({ type: 'integer', default: 1 }) revision!: number;
  /** Actor; null while nobody has. */
  @Column({ name: 'changed_by', type: 'json', nullable: true }) changedBy!: unknown;
  @Column({ name: 'changed_at', type: 'timestamptz', nullable: true }) changedAt!: Date | null;
}
