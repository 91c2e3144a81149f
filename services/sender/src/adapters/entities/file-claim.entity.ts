import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Within a run a file belongs to one mail, by its path and by its content: one file for two recipients never leaves. */
@Entity('file_claim')
export class FileClaim {
  @PrimaryColumn({ name: 'run_id', type: 'uuid' })
  runId!: string;

  /** `path` or `content`. */
  @PrimaryColumn({ type: 'text' })
  kind!: string;

  /** The real path below the file root, or the SHA-256. */
  @PrimaryColumn({ type: 'text' })
  key!: string;

  @Column({ name: 'mail_id', type: 'text' })
  mailId!: string;

  @Index('file_claim_created_at')
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
