import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** One try to sign in, for the limit of tries from an address. */
@Entity('sign_in_attempt')
@Index('sign_in_attempt_address', ['address', 'at'])
export class SignInAttempt {
  @PrimaryGeneratedColumn('identity', { name: 'attempt_id', type: 'bigint', generatedIdentity: 'ALWAYS' }) attemptId!: string;
  @Column({ type: 'text' }) address!: string;
  @Column({ type: 'timestamptz', default: () => 'now()' }) at!: Date;
}
