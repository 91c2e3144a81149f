/** The ledger's statements. Each changes an entry only from the state and attempt the caller knows. */

const ENTRY = `
  entry.mail_id AS "mailId", entry.state, entry.attempt, entry.calls, entry.failures, entry.resends, entry.settlement,
  extract(epoch FROM clock_timestamp() - entry.intent_at)::float8 * 1000 AS "intentAgeMs"`;

export const FIND_ENTRIES = `SELECT ${ENTRY} FROM mail_ledger AS entry WHERE mail_id = ANY ($1::text[])`;

/** Rows come in the order of their keys, so that two senders never wait for each other in a circle. */
export const TAKE_CLAIMS = `
INSERT INTO file_claim (run_id, kind, key, mail_id)
SELECT run_id, kind, key, mail_id
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS wanted (run_id, kind, key, mail_id, place)
ORDER BY run_id, kind, key, place
ON CONFLICT (run_id, kind, key) DO NOTHING`;

/** A statement of its own: it must see what another sender committed while TAKE_CLAIMS waited for it. */
export const CLAIMS_OF_OTHERS = `
SELECT wanted.mail_id AS "mailId", wanted.kind, wanted.key
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS wanted (run_id, kind, key, mail_id)
JOIN file_claim AS held USING (run_id, kind, key)
WHERE held.mail_id <> wanted.mail_id`;

/**
 * Nothing → INTENT(1), NOT_SENT(n) → INTENT(n+1), and IN_DOUBT(n) → INTENT(n+1) only for a resend that the automation
 * chose, when AWS refuses the old signature ($7: milliseconds after the intent).
 */
export const TAKE_INTENTS = `
INSERT INTO mail_ledger AS entry (mail_id, run_id, state, attempt, calls, resends, settlement, owner, intent_at)
SELECT mail_id, run_id, 'INTENT', after_attempt + 1, 1, resends, settlement::jsonb, $6::uuid, clock_timestamp()
FROM unnest($1::text[], $2::uuid[], $3::int[], $4::int[], $5::text[]) AS wanted (mail_id, run_id, after_attempt, resends, settlement)
ORDER BY mail_id
ON CONFLICT (mail_id) DO UPDATE SET
  state = 'INTENT', attempt = excluded.attempt, calls = entry.calls + 1, resends = excluded.resends,
  settlement = excluded.settlement, owner = excluded.owner, intent_at = clock_timestamp()
WHERE entry.attempt = excluded.attempt - 1
  AND (entry.state = 'NOT_SENT'
    OR (entry.state = 'IN_DOUBT' AND excluded.resends = entry.resends + 1 AND entry.intent_at < clock_timestamp() - $7 * interval '1 millisecond'))
RETURNING mail_id AS "mailId", attempt, failures`;

/** What a resend cannot change: the try before it may have been taken. */
const IS_REFUSED_RESEND = `(result.state = 'REFUSED' AND entry.state = 'INTENT' AND entry.resends > 0)`;
const STILL_IN_DOUBT = `'{"outcome": "IN_DOUBT", "errorCode": "SES_UNKNOWN"}'::jsonb`;

/**
 * INTENT(n) → SENT, REFUSED, NOT_SENT(n) or IN_DOUBT. Evidence that comes late may still turn IN_DOUBT into SENT or
 * REFUSED: the only change of an outcome there is. A resend that SES refuses leaves the mail as doubtful as it was.
 */
export const RECORD_RESULTS = `
UPDATE mail_ledger AS entry SET
  state = CASE WHEN ${IS_REFUSED_RESEND} THEN 'IN_DOUBT' ELSE result.state END,
  settlement = entry.settlement || result.ending::jsonb || CASE WHEN ${IS_REFUSED_RESEND} THEN ${STILL_IN_DOUBT} ELSE '{}' END,
  calls = entry.calls - result.uncalled,
  failures = entry.failures + result.failed,
  owner = NULL
FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::int[], $6::int[]) AS result (mail_id, attempt, state, ending, uncalled, failed)
WHERE entry.mail_id = result.mail_id AND entry.attempt = result.attempt
  AND (entry.state = 'INTENT' OR (entry.state = 'IN_DOUBT' AND result.state IN ('SENT', 'REFUSED')))
RETURNING ${ENTRY}`;

export const MARK_TOLD = `
UPDATE mail_ledger SET settlement = jsonb_set(settlement, '{byOperator}', '{"isTold": true}') WHERE mail_id = $1 AND settlement ? 'byOperator' RETURNING 1 AS told`;

/** INTENT(n) older than $4 milliseconds → IN_DOUBT: its caller is gone, or its answer would have come. */
export const DOUBT_INTENT = `
UPDATE mail_ledger AS entry SET state = 'IN_DOUBT', settlement = settlement || $3::jsonb, owner = NULL
WHERE mail_id = $1 AND attempt = $2 AND state = 'INTENT' AND intent_at < clock_timestamp() - $4 * interval '1 millisecond'
RETURNING ${ENTRY}`;

/** Nothing or NOT_SENT(n) → CLOSED; after a resend → IN_DOUBT, as the mail was before it. */
export const CLOSE_ENTRIES = `
INSERT INTO mail_ledger AS entry (mail_id, run_id, state, settlement)
SELECT mail_id, run_id, 'CLOSED', settlement::jsonb
FROM unnest($1::text[], $2::uuid[], $3::text[]) AS closed (mail_id, run_id, settlement)
ORDER BY mail_id
ON CONFLICT (mail_id) DO UPDATE SET
  state = CASE WHEN entry.resends > 0 THEN 'IN_DOUBT' ELSE 'CLOSED' END,
  settlement = excluded.settlement || CASE WHEN entry.resends > 0 THEN ${STILL_IN_DOUBT} ELSE '{}' END,
  owner = NULL
WHERE entry.state = 'NOT_SENT'
RETURNING ${ENTRY}`;

/** Old entries, a few thousand at a time so that no lock is held for long. */
export const CLEAN_LEDGER = `
DELETE FROM mail_ledger WHERE mail_id IN (
  SELECT mail_id FROM mail_ledger WHERE created_at < now() - $1 * interval '1 day' ORDER BY created_at LIMIT 5000)
RETURNING 1 AS gone`;
export const CLEAN_CLAIMS = `
DELETE FROM file_claim WHERE (run_id, kind, key) IN (
  SELECT run_id, kind, key FROM file_claim WHERE created_at < now() - $1 * interval '1 day' ORDER BY created_at LIMIT 5000)
RETURNING 1 AS gone`;
export const CLEAN_COUNTS = `DELETE FROM send_count WHERE slice < now() - interval '2 days' RETURNING 1 AS gone`;
