import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Wrong passwords in a row for a name, whether or not somebody has that name. */
@Entity('wrong_password')
export class WrongPassword {
  /** Keyed digest: what people type as a name by mistake may be their password. */
  @PrimaryColumn({ name: 'name_digest', type: 'bytea' }) nameDigest!: Buffer;
  @Column({ type: 'integer' }) tries!: number;
  @Column({ name: 'last_at', type: 'timestamptz' }) lastAt!: Date;
  @Column({ name: 'locked_until', type: 'timestamptz', nullable: true }) lockedUntil!: Date | null;
}
