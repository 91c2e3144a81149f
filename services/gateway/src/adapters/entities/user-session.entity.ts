import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** From a sign-in to its end. */
@Entity('user_session')
export class UserSession {
  @PrimaryColumn({ name: 'session_id', type: 'uuid' }) sessionId!: string;
  @Index('user_session_user')
  @Column({ name: 'user_id', type: 'uuid' }) userId!: string;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) createdAt!: Date;
  @Column({ name: 'last_used_at', type: 'timestamptz', default: () => 'now()' }) lastUsedAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true }) endedAt!: Date | null;
  /** EndReason: signed-out, ended, replayed, password-changed, second-factor-changed, disabled, role-withdrawn. */
  @Column({ name: 'end_reason', type: 'text', nullable: true }) endReason!: string | null;
  @Column({ type: 'text' }) address!: string;
  @Column({ name: 'user_agent', type: 'text' }) userAgent!: string;
}
