import type { Run, RunStatus } from '@tank/contracts';

/** What a Run is made of; `r` is the run, `a` its automation. */
export const RUN_COLUMNS = `
  r.run_id, r.automation_id, a.name AS automation_name, r.version_id, r.status, r.trigger, r.resend_of, r.schedule_id, r.business_date, r.time_zone,
  r.created_at, r.start_at, r.end_at, r.reason_code, r.reason,
  r.total, r.waiting, r.dispatched, r.sent, r.failed, r.skipped, r.in_doubt, r.canceled`;

export interface RunRow {
  run_id: string;
  automation_id: string;
  automation_name: string;
  version_id: string;
  status: RunStatus;
  trigger: Run['trigger'];
  resend_of: string | null;
  schedule_id: string | null;
  business_date: string;
  time_zone: string;
  created_at: Date;
  start_at: Date | null;
  end_at: Date | null;
  reason_code: string | null;
  reason: string | null;
  total: number;
  waiting: number;
  dispatched: number;
  sent: number;
  failed: number;
  skipped: number;
  in_doubt: number;
  canceled: number;
}

export function runOf(row: RunRow): Run {
  const { total, waiting, dispatched, sent, failed, skipped, in_doubt: inDoubt, canceled } = row;
  return {
    runId: row.run_id,
    automationId: row.automation_id,
    automationName: row.automation_name,
    versionId: row.version_id,
    status: row.status,
    trigger: row.trigger,
    resendOf: row.resend_of,
    scheduleId: row.schedule_id,
    businessDate: row.business_date,
    timeZone: row.time_zone,
    createdAt: row.created_at.toISOString(),
    startAt: row.start_at?.toISOString() ?? null,
    endAt: row.end_at?.toISOString() ?? null,
    reasonCode: row.reason_code,
    reason: row.reason,
    counts: { total, waiting, dispatched, sent, failed, skipped, inDoubt, canceled },
  };
}
