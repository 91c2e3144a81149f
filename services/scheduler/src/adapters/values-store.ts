import type { LogsDb } from '@tank/logs-db';
import type { ErasableValues } from '../erase-values.js';

const RIPE = `SELECT run_id FROM run WHERE values_erased_at IS NULL AND end_at < clock_timestamp() - $1 * interval '1 day'`;
/** A canceled row that logs has not confirmed still has to be told of, by its recipient key; and whoever settles a doubt has to tell the customer's database. */
const ERASE = `
  UPDATE manifest_row m SET row_values = NULL, file_stems = NULL, recipient_key = ''
  FROM (
    SELECT run_id, row_no FROM manifest_row
    WHERE run_id = ANY($1::uuid[]) AND row_values IS NOT NULL AND outcome <> 'IN_DOUBT' AND (outcome <> 'CANCELED' OR logged)
    LIMIT $2 FOR UPDATE SKIP LOCKED
  ) ripe
  WHERE m.run_id = ripe.run_id AND m.row_no = ripe.row_no
  RETURNING m.row_no`;
const MARK_ERASED = `
  UPDATE run r SET values_erased_at = clock_timestamp()
  WHERE r.run_id = ANY($1::uuid[]) AND NOT EXISTS (SELECT FROM manifest_row m WHERE m.run_id = r.run_id AND m.row_values IS NOT NULL)`;

export class PgValuesStore implements ErasableValues {
  constructor(private readonly db: LogsDb) {}

  async eraseOlderThan(days: number, limit: number): Promise<number> {
    const runs = (await this.db.query<{ run_id: string }>(RIPE, [days])).map((run) => run.run_id);
    if (runs.length === 0) return 0;
    const erased = await this.db.query(ERASE, [runs, limit]);
    await this.db.query(MARK_ERASED, [runs]);
    return erased.length;
  }
}
