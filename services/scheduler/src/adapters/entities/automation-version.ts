import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AutomationEntity } from './automation.js';

/** A trigger keeps whatever was once active from ever changing. */
@Entity('automation_version')
@Check('automation_version_status', `status IN ('DRAFT', 'ACTIVE', 'RETIRED')`)
@Index('automation_version_number', ['automationId', 'number'], { unique: true })
@Index('automation_version_one_active', ['automationId'], { unique: true, where: `status = 'ACTIVE'` })
@Index('automation_version_one_draft', ['automationId'], { unique: true, where: `status = 'DRAFT'` })
export class AutomationVersionEntity {
  @PrimaryColumn({ name: 'version_id', type: 'uuid' }) versionId!: string;
  @ForeignKey(() => AutomationEntity, { name: 'automation_version_automation' })
  @Column({ name: 'automation_id', type: 'uuid' }) automationId!: string;
  @Column({ type: 'integer' }) number!: number;
  @Column({ type: 'text' }) status!: string;
  /** json, not jsonb: it keeps a text as it came, even one that jsonb refuses. */
  @Column({ type: 'json' }) definition!: unknown;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' }) createdAt!: Date;
  @Column({ name: 'activated_at', type: 'timestamptz', nullable: true }) activatedAt!: Date | null;
}
