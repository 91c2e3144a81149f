import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { RunEntity } from './run.js';

/**
 * One mail of a run. No outcome and no `dispatched_at`: waiting; no outcome and a `dispatched_at`: on the road; an outcome:
 * settled. `dispatch` counts how often it was sent on the road and never goes down.
 */
@Entity('manifest_row')
@Index('manifest_row_waiting', ['runId', 'rowNo'], { where: 'outcome IS NULL AND dispatched_at IS NULL' })
@Index('manifest_row_dispatched', ['dispatchedAt'], { where: 'outcome IS NULL AND dispatched_at IS NOT NULL' })
@Index('manifest_row_canceled', ['recordedAt'], { where: `outcome = 'CANCELED' AND NOT logged` })
export class ManifestRowEntity {
  @ForeignKey(() => RunEntity, { name: 'manifest_row_of_run' })
  @PrimaryColumn({ name: 'run_id', type: 'uuid' }) runId!: string;
  @PrimaryColumn({ name: 'row_no', type: 'integer' }) rowNo!: number;
  @Column({ name: 'recipient_key', type: 'text' }) recipientKey!: string;
  /** The row of the root run, of a mail that is sent again. */
  @Column({ name: 'root_row', type: 'integer', nullable: true }) rootRow!: number | null;
  /** json, not jsonb: it keeps a text as it came, even one that jsonb refuses. Null once erased. */
  @Column({ name: 'row_values', type: 'json', nullable: true }) rowValues!: unknown;
  /** Hashes of the files that the row's columns name, in the order of the run's claimed files. */
  @Column({ name: 'file_keys', type: 'text', array: true, nullable: true }) fileKeys!: string[] | null;
  /** For each claimed file with a wildcard, in their order: how matching paths begin, and how they end, last letter first. Null once erased. */
  @Column({ name: 'file_stems', type: 'text', array: true, nullable: true }) fileStems!: (string | null)[] | null;
  /** Why the row is not to be sent: RECIPIENT_KEY_EMPTY, RECIPIENT_KEY_DUPLICATED, or DUPLICATED by `stop_rule`. */
  @Column({ name: 'stop_code', type: 'text', nullable: true }) stopCode!: string | null;
  @Column({ name: 'stop_rule', type: 'text', nullable: true }) stopRule!: string | null;
  /** The other row, where not the file is the same but the filled pattern of one takes files of the other. */
  @Column({ name: 'stop_row', type: 'integer', nullable: true }) stopRow!: number | null;
  @Column({ type: 'integer', default: 0 }) dispatch!: number;
  @Column({ name: 'dispatched_at', type: 'timestamptz', nullable: true }) dispatchedAt!: Date | null;
  @Column({ type: 'text', nullable: true }) outcome!: string | null;
  @Column({ name: 'error_code', type: 'text', nullable: true }) errorCode!: string | null;
  @Column({ name: 'settled_at', type: 'timestamptz', nullable: true }) settledAt!: Date | null;
  /** Of a canceled row: when logs was told last, and whether it has it. */
  @Column({ name: 'recorded_at', type: 'timestamptz', nullable: true }) recordedAt!: Date | null;
  @Column({ type: 'boolean', default: false }) logged!: boolean;
}
