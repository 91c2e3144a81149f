import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('automation')
@Index('automation_created', ['createdAt', 'automationId'])
export class AutomationEntity {
  @PrimaryColumn({ name: 'automation_id', type: 'uuid' }) automationId!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) description!: string;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' }) createdAt!: Date;
}
