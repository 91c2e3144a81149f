import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A customer's database and how to get in. */
@Entity('source_connection')
@Unique('source_connection_name', ['name'])
export class SourceConnection {
  @PrimaryColumn({ name: 'connection_id', type: 'uuid' }) connectionId!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) kind!: string;
  @Column({ type: 'text' }) host!: string;
  @Column({ type: 'integer' }) port!: number;
  @Column({ name: 'database_name', type: 'text' }) database!: string;
  @Column({ name: 'user_name', type: 'text' }) user!: string;
  /** AES-256-GCM: nonce, ciphertext, tag. */
  @Column({ name: 'password_sealed', type: 'bytea' }) passwordSealed!: Buffer;
  /** Which TANK_SECRET_KEY it was sealed with. */
  @Column({ name: 'key_id', type: 'text' }) keyId!: string;
  @Column({ name: 'time_zone', type: 'text' }) timeZone!: string;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) createdAt!: Date;
  /** Moves with every change, so that each replica notices. */
  @Column({ type: 'integer', default: 1 }) revision!: number;
}
