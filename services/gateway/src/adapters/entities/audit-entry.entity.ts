import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One line of the audit trail. No line changes; the oldest go when their time is over. */
@Entity('audit_entry')
@Index('audit_entry_user', ['userId', 'entryNo'])
@Index('audit_entry_object', ['objectId', 'entryNo'])
export class AuditEntryRow {
  @PrimaryColumn({ name: 'entry_no', type: 'bigint' }) entryNo!: string;
  @Column({ type: 'timestamptz' }) at!: Date;
  /** asked, answered, event */
  @Column({ type: 'text' }) kind!: string;
  /** Of an answer: the entry of what was asked. */
  @Index('audit_entry_asked')
  @Column({ name: 'asked_no', type: 'bigint', nullable: true }) askedNo!: string | null;
  @Column({ name: 'user_id', type: 'uuid', nullable: true }) userId!: string | null;
  @Column({ name: 'user_name', type: 'text', nullable: true }) userName!: string | null;
  @Column({ type: 'text', nullable: true }) address!: string | null;
  @Column({ type: 'text' }) operation!: string;
  @Column({ name: 'object_kind', type: 'text', nullable: true }) objectKind!: string | null;
  @Column({ name: 'object_id', type: 'text', nullable: true }) objectId!: string | null;
  /** `json`, which keeps the text as it was hashed. */
  @Column({ type: 'json', nullable: true }) detail!: unknown;
  @Column({ type: 'integer', nullable: true }) status!: number | null;
  @Column({ type: 'text', nullable: true }) code!: string | null;
  @Column({ name: 'trace_id', type: 'text', nullable: true }) traceId!: string | null;
  @Column({ name: 'previous_hash', type: 'bytea' }) previousHash!: Buffer;
  @Column({ type: 'bytea' }) hash!: Buffer;
}
