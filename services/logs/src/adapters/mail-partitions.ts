import type { DataSource } from 'typeorm';
import { boundsOf, type BusinessMonth } from '../business-month.js';

/** The tables that have one partition a month. */
export const PARTITIONED = ['email_send_log', 'attachment_log', 'template_log'] as const;
/** Any number, the same in every replica. */
const PARTITION_LOCK = 7_265_121;

export function partitionOf(table: (typeof PARTITIONED)[number], month: BusinessMonth): string {
  return `${table}_${month.replace('-', '')}`;
}

/** Makes the monthly partitions: ahead of time from LogUpkeep, and on demand for a run of another month. */
export class MailPartitions {
  private readonly known = new Set<BusinessMonth>();

  constructor(private readonly database: DataSource) {}

  async prepare(months: Iterable<BusinessMonth>): Promise<void> {
    for (const month of new Set(months)) {
      if (this.known.has(month)) continue;
      await this.make(month);
      this.known.add(month);
    }
  }

  /** Another replica's retention may have dropped what this one knew. */
  forget(): void {
    this.known.clear();
  }

  /** ATTACH waits for no reader and no writer of the parent, which CREATE … PARTITION OF would. */
  private async make(month: BusinessMonth): Promise<void> {
    const { from, to } = boundsOf(month);
    await this.database.transaction(async (transaction) => {
      await transaction.query('SELECT pg_advisory_xact_lock($1)', [PARTITION_LOCK]);
      for (const table of PARTITIONED) {
        const partition = partitionOf(table, month);
        const [{ exists }] = await transaction.query('SELECT to_regclass($1) IS NOT NULL AS exists', [partition]);
        if (exists) continue;
        await transaction.query(`CREATE TABLE ${partition} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
        await transaction.query(`ALTER TABLE ${table} ATTACH PARTITION ${partition} FOR VALUES FROM ('${from}') TO ('${to}')`);
      }
    });
  }
}
