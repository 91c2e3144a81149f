import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The rate that all senders of an SES account share: one row, changed by one statement at a time (shared-rate.sql.ts). */
@Entity('send_rate')
export class SendRate {
  /** Region, and the endpoint where it is not AWS. */
  @PrimaryColumn({ type: 'text' })
  account!: string;

  // What GetAccount said; null while it was never asked.
  @Column({ name: 'max_per_second', type: 'double precision', nullable: true })
  maxPerSecond!: number | null;

  @Column({ name: 'quota_24h', type: 'double precision', nullable: true })
  quota24h!: number | null;

  @Column({ name: 'sent_24h', type: 'double precision', default: 0 })
  sent24h!: number;

  @Column({ name: 'sending_enabled', type: 'boolean', default: true })
  sendingEnabled!: boolean;

  @Column({ name: 'polled_at', type: 'timestamptz', nullable: true })
  polledAt!: Date | null;

  /** Slots given out that SentLast24Hours cannot know yet. */
  @Column({ name: 'calls_since_poll', type: 'integer', default: 0 })
  callsSincePoll!: number;

  /** When the next slot is free. */
  @Column({ name: 'next_slot_at', type: 'timestamptz', default: () => 'now()' })
  nextSlotAt!: Date;

  /** After a throttle answer: slower until then. */
  @Column({ name: 'slow_until', type: 'timestamptz', nullable: true })
  slowUntil!: Date | null;

  /** After "daily quota exceeded": nothing until then. */
  @Column({ name: 'held_until', type: 'timestamptz', nullable: true })
  heldUntil!: Date | null;

  // The block that the last statement gave out; kept so that RETURNING can tell it.
  @Column({ name: 'block_size', type: 'integer', default: 0 })
  blockSize!: number;

  @Column({ name: 'block_at', type: 'timestamptz', default: () => 'now()' })
  blockAt!: Date;

  @Column({ name: 'block_interval_ms', type: 'double precision', default: 0 })
  blockIntervalMs!: number;

  @Column({ name: 'quota_used_up', type: 'boolean', default: false })
  quotaUsedUp!: boolean;

  /** The sender that polls GetAccount, until its lease ends. */
  @Column({ type: 'uuid', nullable: true })
  poller!: string | null;

  @Column({ name: 'poller_until', type: 'timestamptz', nullable: true })
  pollerUntil!: Date | null;
}
