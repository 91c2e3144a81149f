import { Entity, PrimaryColumn } from 'typeorm';

/** One that was not used yet. */
@Entity('recovery_code')
export class RecoveryCode {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' }) userId!: string;
  /** A keyed digest: the code stands nowhere. */
  @PrimaryColumn({ name: 'code_digest', type: 'bytea' }) codeDigest!: Buffer;
}
