import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AutomationEntity } from './automation.js';

/** A trigger keeps whatever was once active from ever changing, and what was approved from changing without being a draft again. */
@Entity('automation_version')
@Check('automation_version_status', `status IN ('DRAFT', 'APPROVED', 'ACTIVE', 'RETIRED')`)
@Check('automation_version_approval', `(approved_by IS NULL) = (approved_at IS NULL)
      AND CASE status WHEN 'DRAFT' THEN approved_at IS NULL WHEN 'APPROVED' THEN approved_at IS NOT NULL ELSE true END`)
@Index('automation_version_number', ['automationId', 'number'], { unique: true })
@Index('automation_version_one_active', ['automationId'], { unique: true, where: `status = 'ACTIVE'` })
@Index('automation_version_one_draft', ['automationId'], { unique: true, where: `status IN ('DRAFT', 'APPROVED')` })
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
  /** Actors, the first one first. */
  @Column({ name: 'written_by', type: 'json', default: [] }) writtenBy!: unknown;
  /** Actor. */
  @Column({ name: 'approved_by', type: 'json', nullable: true }) approvedBy!: unknown;
  @Column({ name: 'approved_at', type: 'timestamptz', nullable: true }) approvedAt!: Date | null;
}
