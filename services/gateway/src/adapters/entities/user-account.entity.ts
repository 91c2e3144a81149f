import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** Somebody who may sign in. */
@Entity('user_account')
@Unique('user_account_name', ['name'])
export class UserAccount {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' }) userId!: string;
  /** In lower case. */
  @Column({ type: 'text' }) name!: string;
  @Column({ name: 'display_name', type: 'text' }) displayName!: string;
  @Column({ type: 'text', nullable: true }) email!: string | null;
  @Column({ type: 'text' }) role!: string;
  /** argon2id with its parameters and salt, in the PHC string format. */
  @Column({ name: 'password_hash', type: 'text' }) passwordHash!: string;
  @Column({ name: 'must_change_password', type: 'boolean' }) mustChangePassword!: boolean;
  @Column({ name: 'disabled_at', type: 'timestamptz', nullable: true }) disabledAt!: Date | null;
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' }) createdAt!: Date;
  @Column({ name: 'last_sign_in_at', type: 'timestamptz', nullable: true }) lastSignInAt!: Date | null;
  /** Raised with every change by people; a sign-in is none. */
  @Column({ type: 'integer', default: 1 }) revision!: number;
  /** Actor; null for the command that resets an administrator. */
  @Column({ name: 'changed_by', type: 'json', nullable: true }) changedBy!: unknown;
  @Column({ name: 'changed_at', type: 'timestamptz', nullable: true }) changedAt!: Date | null;
}
