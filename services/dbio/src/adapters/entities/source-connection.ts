import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A customer's database and how to get in. */
@Entity('source_connection')
@Unique('source_connection_name', ['name'])
export class SourceConnection {
  @PrimaryColumn({ name: 'connection_id', type: 'uuid' }) connectionId!: string;
  @Column({ type: 'text' }) name!: string;
  /** Whoever is in it sees the connection; only automations of it use it. */
  @Column({ name: 'group_id', type: 'uuid', default: '00000000-0000-4000-8000-000000000001' }) groupId!: string;
  @Column({ type: 'text' }) kind!: string;
  @Column({ type: 'text', nullable: true }) host!: string | null;
  @Column({ type: 'integer', nullable: true }) port!: number | null;
  @Column({ name: 'database_name', type: 'text', nullable: true }) database!: string | null;
  @Column({ name: 'connect_string', type: 'text', nullable: true }) connectString!: string | null;
  @Column({ type: 'text', nullable: true }) tls!: string | null;
  @Column({ type: 'text', nullable: true }) wallet!: string | null;
  @Column({ name: 'wallet_password_sealed', type: 'bytea', nullable: true }) walletPasswordSealed!: Buffer | null;
  @Column({ name: 'user_name', type: 'text' }) user!: string;
  /** AES-256-GCM: nonce, ciphertext, tag. */
  @Column({ name: 'password_sealed', type: 'bytea' }) passwordSealed!: Buffer;
  /** Which TANK_SECRET_KEY both passwords were sealed with. */
  @Column({ name: 'key_id', type: 'text' }) keyId!: string;
  @Column({ name: 'time_zone', type: 'text' }) timeZone!: string;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) createdAt!: Date;
  /** ConnectionLimits; what a row does not say has its default. */
  @Column({ type: 'jsonb', default: {} }) limits!: object;
  /** Keyed digest of what the settings gave last; null where they gave nothing. */
  @Column({ name: 'given_by_settings', type: 'text', nullable: true }) givenBySettings!: string | null;
  /** Moves with every change, so that each replica notices, and whoever has seen another one. */
  @Column({ type: 'integer', default: 1 }) revision!: number;
  /** Actor; null while only the settings have. */
  @Column({ name: 'changed_by', type: 'json', nullable: true }) changedBy!: unknown;
  @Column({ name: 'changed_at', type: 'timestamptz', nullable: true }) changedAt!: Date | null;
}
