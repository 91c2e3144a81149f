import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What the operator must hear of and no run tells: published as SystemErrorRaised, then removed. */
@Entity('notice')
@Index('notice_occurred', ['occurredAt'])
export class NoticeEntity {
  @PrimaryColumn({ name: 'notice_id', type: 'uuid' }) noticeId!: string;
  @Column({ type: 'text' }) code!: string;
  @Column({ type: 'text' }) message!: string;
  @Column({ type: 'text' }) remedy!: string;
  @Column({ name: 'occurred_at', type: 'timestamptz', default: () => 'clock_timestamp()' }) occurredAt!: Date;
}
