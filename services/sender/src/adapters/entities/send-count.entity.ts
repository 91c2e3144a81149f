import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Our own sends in slices of five minutes: the rolling 24 hours, also while GetAccount lags or cannot be asked. */
@Entity('send_count')
export class SendCount {
  @PrimaryColumn({ type: 'text' })
  account!: string;

  @PrimaryColumn({ type: 'timestamptz' })
  slice!: Date;

  @Column({ type: 'integer' })
  calls!: number;
}
