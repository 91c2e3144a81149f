import { mailIdOf, rowSchema, type Mail } from '@tank/contracts';

/** What a Mail is made of; `m` is the row of its manifest, `r` the run. */
export const COLUMNS_OF_ROW = 'm.run_id, m.row_no, m.dispatch, m.recipient_key, m.row_values, m.root_row';
export const COLUMNS_OF_RUN = 'r.automation_id, r.version_id, r.business_date, r.root_run_id';

export interface MailRow {
  run_id: string;
  row_no: number;
  dispatch: number;
  recipient_key: string;
  /** Null where they have been erased. */
  row_values: unknown;
  automation_id: string;
  version_id: string;
  business_date: string;
  /** Of a mail that is sent again: the run and the row that it was first. */
  root_run_id: string | null;
  root_row: number | null;
}

export function mailOfRow(row: MailRow): Mail {
  return {
    mailId: mailIdOf(row.run_id, row.row_no),
    runId: row.run_id,
    row: row.row_no,
    automationId: row.automation_id,
    versionId: row.version_id,
    dispatch: row.dispatch,
    businessDate: row.business_date,
    recipientKey: row.recipient_key,
    values: rowSchema.parse(row.row_values ?? {}),
    ...(row.root_run_id && row.root_row && { origin: { runId: row.root_run_id, mailId: mailIdOf(row.root_run_id, row.root_row) } }),
  };
}
