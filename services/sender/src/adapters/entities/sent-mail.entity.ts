import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What SES was handed of one mail, sealed; kept for SENT_MAIL_DAYS. */
@Entity('sent_mail')
export class SentMail {
  @PrimaryColumn({ name: 'mail_id', type: 'text' })
  mailId!: string;

  /** 1; and 2 for what was sent again while the first was in doubt. */
  @PrimaryColumn({ type: 'integer' })
  copy!: number;

  /** Nonce, ciphertext and tag of AES-256-GCM over the compressed content. */
  @Column({ type: 'bytea' })
  sealed!: Buffer;

  /** Which TANK_SECRET_KEY it was sealed with. */
  @Column({ name: 'key_id', type: 'text' })
  keyId!: string;

  /** When its call was about to be made. */
  @Index('sent_mail_kept_at')
  @Column({ name: 'kept_at', type: 'timestamptz', default: () => 'now()' })
  keptAt!: Date;
}
