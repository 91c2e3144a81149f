/**
 * Writes a batch in one statement, so in one round trip and one transaction.
 *   $1 mails, $2 attachment checks, $3 template checks: JSON arrays of objects with the columns' names
 * Details are written only for mails that were inserted or changed: they are there if and only if their mail is.
 * @returns the mail ids inserted or changed.
 */
export const RECORD_MAILS = `
  WITH written AS (
    INSERT INTO email_send_log AS logged (
      mail_id, run_id, row_no, automation_id, version_id, recipient_key, recipient_key_hash, recipient_address, recipient_name,
      address_hash, subject, status, error_code, error_detail, message_id, sent_at, settled_at, attempts, update_query_ok, update_error,
      business_date, trace_id, steps)
    SELECT
      mail_id, run_id, row_no, automation_id, version_id, recipient_key, recipient_key_hash, recipient_address, recipient_name,
      address_hash, subject, status, error_code, error_detail, message_id, sent_at, settled_at, attempts, update_query_ok, update_error,
      business_date, trace_id, steps
    FROM json_to_recordset($1) AS mail (
      mail_id text, run_id uuid, row_no integer, automation_id uuid, version_id uuid, recipient_key text,
      recipient_key_hash text, recipient_address text, recipient_name text, address_hash text, subject text, status text, error_code text,
      error_detail text, message_id text, sent_at timestamptz, settled_at timestamptz, attempts integer,
      update_query_ok char(1), update_error text, business_date timestamp, trace_id text, steps text)
    ON CONFLICT (mail_id, business_date) DO UPDATE SET
      status = excluded.status, error_code = excluded.error_code, error_detail = excluded.error_detail,
      message_id = coalesce(excluded.message_id, logged.message_id), sent_at = coalesce(excluded.sent_at, logged.sent_at),
      settled_at = excluded.settled_at, attempts = greatest(excluded.attempts, logged.attempts),
      recipient_address = coalesce(excluded.recipient_address, logged.recipient_address),
      recipient_name = coalesce(excluded.recipient_name, logged.recipient_name),
      address_hash = coalesce(excluded.address_hash, logged.address_hash),
      subject = coalesce(excluded.subject, logged.subject),
      update_query_ok = excluded.update_query_ok, update_error = excluded.update_error, logged_at = now(),
      steps = nullif(concat_ws(';', logged.steps, excluded.steps), '')
    WHERE logged.status = 'IN_DOUBT' AND excluded.status IN ('SENT', 'FAIL')
    RETURNING mail_id, business_date, run_id
  ), attached AS (
    INSERT INTO attachment_log AS logged (mail_id, business_date, position, run_id, rule, status, file_path, file_size, sha256, detail)
    SELECT mail_id, business_date, position, run_id, rule, status, file_path, file_size, sha256, detail
    FROM json_to_recordset($2) AS checked (
      mail_id text, position integer, rule text, status text, file_path text, file_size bigint, sha256 text, detail text)
    JOIN written USING (mail_id)
    ON CONFLICT (mail_id, business_date, position) DO UPDATE SET
      rule = excluded.rule, status = excluded.status, file_path = excluded.file_path, file_size = excluded.file_size,
      sha256 = coalesce(excluded.sha256, logged.sha256), detail = excluded.detail, logged_at = now()
  ), templated AS (
    INSERT INTO template_log (mail_id, business_date, run_id, status, detail)
    SELECT mail_id, business_date, run_id, status, detail
    FROM json_to_recordset($3) AS checked (mail_id text, status text, detail text)
    JOIN written USING (mail_id)
    ON CONFLICT (mail_id, business_date) DO NOTHING
  )
  SELECT mail_id FROM written`;

/** The outcomes of mails that were there before. $1 mail ids, $2 their business dates. */
export const OUTCOMES_THAT_STAND = `
  SELECT mail_id, status FROM email_send_log
  WHERE (mail_id, business_date) IN (SELECT * FROM unnest($1::text[], $2::timestamp[]))`;
