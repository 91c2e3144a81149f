import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** One row: whoever holds the highest epoch leads, and every transaction of a leader checks that it still does. */
@Entity('leadership')
@Check('leadership_one_row', 'id = 1')
export class LeadershipEntity {
  @PrimaryColumn({ type: 'integer' }) id!: number;
  @Column({ type: 'integer' }) epoch!: number;
  @Column({ type: 'text' }) holder!: string;
  @Column({ name: 'lease_until', type: 'timestamptz' }) leaseUntil!: Date;
  /** What was marked before may never have been published: set when a leader follows one that did not resign. */
  @Column({ name: 'unsure_before', type: 'timestamptz' }) unsureBefore!: Date;
}
