/*
 * What is asked of the logs. Filters that were not asked are null; PostgreSQL plans each question with its values, so
 * `$2::text IS NULL OR …` costs nothing and the partial indexes are used.
 */

const MAIL_COLUMNS = `
  mail.mail_id, mail.run_id, mail.row_no, mail.automation_id, mail.version_id, mail.recipient_key, mail.recipient_address,
  mail.recipient_name, mail.subject, mail.status, mail.error_code, mail.error_detail, mail.message_id, mail.sent_at,
  mail.settled_at, mail.attempts, mail.update_query_ok, mail.update_error, run.automation_name,
  to_char(mail.business_date, 'YYYY-MM-DD"T"HH24:MI:SS') AS business_date,
  to_char(mail.settled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS settled_at_exactly,
  (SELECT json_agg(json_build_object('rule', rule, 'status', checked.status, 'path', file_path, 'size', file_size, 'sha256', sha256,
      'detail', detail) ORDER BY position)
    FROM attachment_log checked WHERE checked.mail_id = mail.mail_id AND checked.business_date = mail.business_date) AS attachment_checks,
  (SELECT json_build_object('status', checked.status, 'detail', detail)
    FROM template_log checked WHERE checked.mail_id = mail.mail_id AND checked.business_date = mail.business_date) AS template_check`;

/** $1 run, $2 outcome, $3 error code, $4 recipient key, $5 its hash, $6 address hashes, $7 automation, $8 Message-ID, $9 to $10 days of the zone $11 */
const SEARCHED = `
  ($1::uuid IS NULL OR mail.run_id = $1)
  AND ($2::text IS NULL OR mail.status = $2)
  AND ($3::text IS NULL OR mail.error_code = $3)
  AND ($4::text IS NULL OR mail.recipient_key = $4 OR ($5::text IS NOT NULL AND mail.recipient_key_hash = $5))
  AND ($6::text[] IS NULL OR mail.address_hash = ANY ($6))
  AND ($7::uuid IS NULL OR mail.automation_id = $7)
  AND ($8::text IS NULL OR mail.message_id = $8)
  AND ($9::date IS NULL OR mail.settled_at >= $9::timestamp AT TIME ZONE $11::text)
  AND ($10::date IS NULL OR mail.settled_at < ($10::date + 1)::timestamp AT TIME ZONE $11::text)`;
/** $12 automations that may be seen */
const MAIL_FILTERS = `${SEARCHED}
  AND ($12::uuid[] IS NULL OR mail.automation_id = ANY ($12))`;

/** Which way a list goes: what follows a place in it compares so. Each index is read in either direction. */
export type Direction = 'ASC' | 'DESC';
export const FOLLOWS = { ASC: '>', DESC: '<' } as const;

/** A run's mails by its rows. $13 row number to go on after, $14 how many. Index: email_send_log_run. */
export const MAILS_OF_RUN = (direction: Direction) => `
  SELECT ${MAIL_COLUMNS}
  FROM (SELECT * FROM email_send_log mail WHERE ${MAIL_FILTERS} AND ($13::integer IS NULL OR mail.row_no ${FOLLOWS[direction]} $13)
        ORDER BY mail.row_no ${direction} LIMIT $14) mail
  LEFT JOIN auto_run_log run USING (run_id)
  ORDER BY mail.row_no ${direction}`;

/** By the moment they were settled. $13 and $14 the moment and mail id to go on after, $15 how many. Index: email_send_log_settled. */
export const MAILS_BY_TIME = (direction: Direction) => `
  SELECT ${MAIL_COLUMNS}
  FROM (SELECT * FROM email_send_log mail
        WHERE ${MAIL_FILTERS} AND ($13::timestamptz IS NULL OR (mail.settled_at, mail.mail_id) ${FOLLOWS[direction]} ($13, $14::text))
        ORDER BY mail.settled_at ${direction}, mail.mail_id ${direction} LIMIT $15) mail
  LEFT JOIN auto_run_log run USING (run_id)
  ORDER BY mail.settled_at ${direction}, mail.mail_id ${direction}`;

const FIRST_MOMENT = "coalesce($9::timestamp AT TIME ZONE $11::text, '-infinity')";
const LAST_MOMENT = "($10::date + 1)::timestamp AT TIME ZONE $11::text, 'infinity'";
/** Both ends of the part of an automation's mails in email_send_log_automation that is read: its days, and the place to go on after. */
const PART_READ = {
  ASC: `(mail.automation_id, mail.settled_at) <= (wanted.automation_id, coalesce(${LAST_MOMENT}))
            AND (mail.automation_id, mail.settled_at, mail.mail_id) > (wanted.automation_id, coalesce($13::timestamptz, ${FIRST_MOMENT}), coalesce($14::text, ''))`,
  DESC: `(mail.automation_id, mail.settled_at) >= (wanted.automation_id, ${FIRST_MOMENT})
            AND (mail.automation_id, mail.settled_at, mail.mail_id) < (wanted.automation_id, coalesce($13::timestamptz, ${LAST_MOMENT}), coalesce($14::text, ''))`,
};

/**
 * The same for few automations and no filter but days: the first of each, of which the first are taken. Mails of an automation
 * come in runs of thousands, which PostgreSQL does not know: it would look for them among all that were settled since, all five million
 * where the automations have rested for long. Both ends are written as row comparisons and nothing says that the automation is equal to
 * anything, so that no other index than email_send_log_automation gives the order, and that one is entered at the right place.
 */
export const MAILS_OF_AUTOMATIONS = (direction: Direction) => `
  SELECT ${MAIL_COLUMNS}
  FROM (SELECT mail.* FROM (SELECT DISTINCT unnest($12::uuid[]) AS automation_id) wanted CROSS JOIN LATERAL (
          SELECT * FROM email_send_log mail
          WHERE ${SEARCHED}
            AND ${PART_READ[direction]}
          ORDER BY mail.automation_id ${direction}, mail.settled_at ${direction}, mail.mail_id ${direction} LIMIT $15) mail
        ORDER BY mail.settled_at ${direction}, mail.mail_id ${direction} LIMIT $15) mail
  LEFT JOIN auto_run_log run USING (run_id)
  ORDER BY mail.settled_at ${direction}, mail.mail_id ${direction}`;

/** $1 mail id */
export const ONE_MAIL = `
  SELECT ${MAIL_COLUMNS}, mail.trace_id, mail.steps FROM email_send_log mail LEFT JOIN auto_run_log run USING (run_id) WHERE mail.mail_id = $1`;

/** Of an event: one of no run is for everybody, any other for those who see the automation of its run. $5 these automations */
const MAY_BE_SEEN = (event: string) => `
  ($5::uuid[] IS NULL OR (${event}.run_id IS NULL AND ${event}.mail_id IS NULL)
    OR EXISTS (SELECT FROM auto_run_log run WHERE run.run_id = ${event}.run_id AND run.automation_id = ANY ($5)))`;

/** $1 run or null, $2 and $3 the moment and error id to go on after, $4 how many, $5 automations that may be seen. */
export const SYSTEM_ERRORS = (direction: Direction) => `
  SELECT error_id, module, code, message, remedy, message_ko, remedy_ko, run_id, mail_id, occurred_at,
    to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS occurred_at_exactly
  FROM system_error_log error
  WHERE ($1::uuid IS NULL OR run_id = $1) AND ($2::timestamptz IS NULL OR (occurred_at, error_id) ${FOLLOWS[direction]} ($2, $3::uuid)) AND ${MAY_BE_SEEN('error')}
  ORDER BY occurred_at ${direction}, error_id ${direction} LIMIT $4`;

/** Without what was in them: the reason is that of their alarm, which quotes no values. $1 run or null, $2 and $3 the moment and id to go on after, $4 how many, $5 automations that may be seen. */
export const DEAD_LETTERS = (direction: Direction) => `
  SELECT letter.dead_letter_id, letter.step, letter.message_type, coalesce(alarm.message, '') AS reason, letter.run_id, letter.mail_id, letter.occurred_at,
    to_char(letter.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS occurred_at_exactly
  FROM dead_letter letter LEFT JOIN system_error_log alarm ON alarm.error_id = letter.dead_letter_id
  WHERE ($1::uuid IS NULL OR letter.run_id = $1) AND ($2::timestamptz IS NULL OR (letter.occurred_at, letter.dead_letter_id) ${FOLLOWS[direction]} ($2, $3::uuid))
    AND ${MAY_BE_SEEN('letter')}
  ORDER BY letter.occurred_at ${direction}, letter.dead_letter_id ${direction} LIMIT $4`;

/**
 * Mails settled on the days $1 to $2 of the time zone $3, of automation $4 or of all, as far as it is one of $5, in their smallest
 * groups; the sums are made from these. Reads the index email_send_log_settled alone. Zones differ from UTC by whole quarters of an hour, so all of a
 * quarter is of one day: which one is reckoned once for each group, not for each mail.
 */
export const MAIL_COUNTS = `
  SELECT to_char(quarter AT TIME ZONE $3::text, 'YYYY-MM-DD') AS date, automation_id, status AS outcome, error_code, sum(count)::integer AS count
  FROM (
    SELECT date_bin('15 minutes', settled_at, '2000-01-01T00:00:00Z') AS quarter, automation_id, status, error_code, count(*) AS count
    FROM email_send_log
    WHERE settled_at >= ($1::date)::timestamp AT TIME ZONE $3::text AND settled_at < ($2::date + 1)::timestamp AT TIME ZONE $3::text
      AND ($4::uuid IS NULL OR automation_id = $4) AND ($5::uuid[] IS NULL OR automation_id = ANY ($5))
    GROUP BY 1, 2, 3, 4
  ) AS quarters
  GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`;

/** Runs that came into being on those days, by status. */
export const RUN_COUNTS = `
  SELECT status, count(*)::integer AS count FROM auto_run_log
  WHERE created_at >= ($1::date)::timestamp AT TIME ZONE $3::text AND created_at < ($2::date + 1)::timestamp AT TIME ZONE $3::text
    AND ($4::uuid IS NULL OR automation_id = $4) AND ($5::uuid[] IS NULL OR automation_id = ANY ($5))
  GROUP BY status ORDER BY status`;

/** The names automations have now, as far as the runs say. $1 automation ids */
export const AUTOMATION_NAMES = `
  SELECT wanted.automation_id, named.automation_name
  FROM unnest($1::uuid[]) AS wanted (automation_id)
  CROSS JOIN LATERAL (SELECT automation_name FROM auto_run_log WHERE automation_id = wanted.automation_id ORDER BY created_at DESC LIMIT 1) named`;
