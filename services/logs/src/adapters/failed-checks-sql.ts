import { FOLLOWS, type Direction } from './log-reader-sql.js';

/*
 * Checks that failed, by the moment they were logged, through the partial indexes on them. $1 run, $2 automation, $3 to $4 days of the zone $5 on which they were logged,
 * $6 automations that may be seen, $7 and $8 the moment and mail id to go on after. The runs of an automation are an array, which an index takes; a join under OR it would not.
 */
const FAILED_FILTERS = `
  ($1::uuid IS NULL OR checked.run_id = $1)
  AND ($2::uuid IS NULL OR checked.run_id = ANY (ARRAY(SELECT run_id FROM auto_run_log WHERE automation_id = $2)))
  AND ($3::date IS NULL OR checked.logged_at >= $3::timestamp AT TIME ZONE $5::text)
  AND ($4::date IS NULL OR checked.logged_at < ($4::date + 1)::timestamp AT TIME ZONE $5::text)
  AND ($6::uuid[] IS NULL OR checked.run_id = ANY (ARRAY(SELECT run_id FROM auto_run_log WHERE automation_id = ANY ($6))))`;

const FAILED_COLUMNS = `
  checked.mail_id, checked.run_id, mail.row_no, mail.automation_id, run.automation_name, mail.recipient_key, mail.recipient_address, mail.recipient_name,
  checked.status, checked.detail, checked.logged_at, to_char(checked.business_date, 'YYYY-MM-DD"T"HH24:MI:SS') AS business_date,
  to_char(checked.logged_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS logged_at_exactly`;
const OF_MAILS = 'JOIN email_send_log mail USING (mail_id, business_date) LEFT JOIN auto_run_log run ON run.run_id = checked.run_id';

/**
 * $9 position to go on after, $10 status, $11 how many. Index: attachment_log_failed. Both conditions on the status at once would be taken for far
 * fewer rows than there are.
 */
export const FAILED_FILES = (direction: Direction) => `
  SELECT ${FAILED_COLUMNS}, checked.position, checked.rule, checked.file_path
  FROM (SELECT * FROM attachment_log checked WHERE ((checked.status <> 'FOUND' AND $10::text IS NULL) OR checked.status = $10) AND ${FAILED_FILTERS}
          AND ($7::timestamptz IS NULL OR (checked.logged_at, checked.mail_id, checked.position) ${FOLLOWS[direction]} ($7, $8::text, $9::integer))
        ORDER BY checked.logged_at ${direction}, checked.mail_id ${direction}, checked.position ${direction} LIMIT $11) checked
  ${OF_MAILS}
  ORDER BY checked.logged_at ${direction}, checked.mail_id ${direction}, checked.position ${direction}`;

/** $9 how many. Index: template_log_newest_failed. */
export const FAILED_TEMPLATES = (direction: Direction) => `
  SELECT ${FAILED_COLUMNS}
  FROM (SELECT * FROM template_log checked WHERE checked.status <> 'OK' AND ${FAILED_FILTERS}
          AND ($7::timestamptz IS NULL OR (checked.logged_at, checked.mail_id) ${FOLLOWS[direction]} ($7, $8::text))
        ORDER BY checked.logged_at ${direction}, checked.mail_id ${direction} LIMIT $9) checked
  ${OF_MAILS}
  ORDER BY checked.logged_at ${direction}, checked.mail_id ${direction}`;
