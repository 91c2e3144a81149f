import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A message that kept failing, whole. Holds row values: its retention is the shortest, and the reader does not see it. */
@Entity('dead_letter')
@Index('dead_letter_occurred', ['occurredAt', 'deadLetterId'])
export class DeadLetter {
  @PrimaryColumn({ name: 'dead_letter_id', type: 'uuid' }) deadLetterId!: string;
  @Column({ type: 'text' }) step!: string;
  @Column({ name: 'message_type', type: 'text' }) messageType!: string;
  @Column({ type: 'text' }) reason!: string;
  @Column({ name: 'run_id', type: 'uuid', nullable: true }) runId!: string | null;
  @Column({ name: 'mail_id', type: 'text', nullable: true }) mailId!: string | null;
  @Column({ type: 'json', nullable: true }) payload!: unknown;
  @Column({ name: 'occurred_at', type: 'timestamptz' }) occurredAt!: Date;
  @Column({ name: 'logged_at', type: 'timestamptz', default: () => 'now()' }) loggedAt!: Date;
}
