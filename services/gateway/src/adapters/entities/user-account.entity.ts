import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** Somebody who may sign in. */
@Entity('user_account')
@Unique('user_account_name', ['name'])
@Unique('user_account_provider', ['providerIssuer', 'providerSubject'])
export class UserAccount {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' }) userId!: string;
  /** In lower case. */
  @Column({ type: 'text' }) name!: string;
  @Column({ name: 'display_name', type: 'text' }) displayName!: string;
  @Column({ type: 'text', nullable: true }) email!: string | null;
  @Column({ type: 'text' }) role!: string;
  /** argon2id with its parameters and salt, in the PHC string format; null: signs in at the identity provider. */
  @Column({ name: 'password_hash', type: 'text', nullable: true }) passwordHash!: string | null;
  @Column({ name: 'must_change_password', type: 'boolean' }) mustChangePassword!: boolean;
  @Column({ name: 'disabled_at', type: 'timestamptz', nullable: true }) disabledAt!: Date | null;
  /** Disabled since the identity provider gave no role any more, and by nobody here. */
  @Column({ name: 'disabled_by_provider', type: 'boolean', default: false }) disabledByProvider!: boolean;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) createdAt!: Date;
  @Column({ name: 'last_sign_in_at', type: 'timestamptz', nullable: true }) lastSignInAt!: Date | null;
  /** Raised with every change by people; a sign-in is none. */
  @Column({ type: 'integer', default: 1 }) revision!: number;
  /** Actor; null for the command that resets an administrator. */
  @Column({ name: 'changed_by', type: 'json', nullable: true }) changedBy!: unknown;
  @Column({ name: 'changed_at', type: 'timestamptz', nullable: true }) changedAt!: Date | null;
  /** The secret of the authenticator app, sealed. */
  @Column({ name: 'second_factor', type: 'bytea', nullable: true }) secondFactor!: Buffer | null;
  /** One that no code has confirmed yet. */
  @Column({ name: 'second_factor_pending', type: 'bytea', nullable: true }) secondFactorPending!: Buffer | null;
  /** The time step of the last code that was used; only later ones count. */
  @Column({ name: 'second_factor_step', type: 'bigint', nullable: true }) secondFactorStep!: string | null;
  /** Who it is at the identity provider. */
  @Column({ name: 'provider_issuer', type: 'text', nullable: true }) providerIssuer!: string | null;
  @Column({ name: 'provider_subject', type: 'text', nullable: true }) providerSubject!: string | null;
}
