import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something that is good once, and was used: kept until it would not hold any more by itself. */
@Entity('used_once')
export class UsedOnceRow {
  @PrimaryColumn({ type: 'bytea' }) digest!: Buffer;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
}
