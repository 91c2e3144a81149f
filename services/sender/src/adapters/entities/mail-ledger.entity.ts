import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One mail's fate. Its states and their changes are described in adapters/sent-ledger.ts. */
@Entity('mail_ledger')
export class MailLedger {
  @PrimaryColumn({ name: 'mail_id', type: 'text' })
  mailId!: string;

  @Column({ name: 'run_id', type: 'uuid' })
  runId!: string;

  /** INTENT, SENT, REFUSED, NOT_SENT, IN_DOUBT or CLOSED. */
  @Column({ type: 'text' })
  state!: string;

  /** The n of INTENT(n) and NOT_SENT(n). */
  @Column({ type: 'integer', default: 0 })
  attempt!: number;

  /** Calls made to SES: attempts without those that were called off before the call. */
  @Column({ type: 'integer', default: 0 })
  calls!: number;

  /** 5xx that SES itself answered: they alone consume retries. */
  @Column({ type: 'integer', default: 0 })
  failures!: number;

  /** How often it was sent again while in doubt, by the automation's choice. */
  @Column({ type: 'integer', default: 0 })
  resends!: number;

  /** The process that holds the intent. */
  @Column({ type: 'uuid', nullable: true })
  owner!: string | null;

  @Column({ name: 'intent_at', type: 'timestamptz', nullable: true })
  intentAt!: Date | null;

  /** All that is needed to answer a repeated message with the same words (settlement.ts). */
  @Column({ type: 'jsonb' })
  settlement!: object;

  @Index('mail_ledger_created_at')
  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt!: Date;
}
