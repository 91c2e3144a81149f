import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Each is good for one refresh. Those that were used stay as long as their session, so that a replay is known as one. */
@Entity('refresh_token')
export class RefreshToken {
  /** SHA-256: the token is 256 random bits, and stands nowhere but in the cookie. */
  @PrimaryColumn({ name: 'token_hash', type: 'bytea' }) tokenHash!: Buffer;
  @Index('refresh_token_session')
  @Column({ name: 'session_id', type: 'uuid' }) sessionId!: string;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) createdAt!: Date;
  @Column({ name: 'used_at', type: 'timestamptz', nullable: true }) usedAt!: Date | null;
}
