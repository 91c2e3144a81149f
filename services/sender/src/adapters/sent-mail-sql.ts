/** The statements of what was sent. */

/** With the intents, in their transaction. What was certainly not sent is replaced by the retry. */
export const KEEP_CONTENTS = `
INSERT INTO sent_mail (mail_id, copy, sealed, key_id)
SELECT mail_id, copy, sealed, key_id FROM unnest($1::text[], $2::int[], $3::bytea[], $4::text[]) AS kept (mail_id, copy, sealed, key_id)
ON CONFLICT (mail_id, copy) DO UPDATE SET sealed = excluded.sealed, key_id = excluded.key_id, kept_at = now()`;

/** Of a retry that is not kept: the content of the try before is not what is sent now. */
export const DROP_CONTENTS = 'DELETE FROM sent_mail WHERE mail_id = ANY ($1::text[])';

export const FIND_COPIES = 'SELECT copy, sealed, key_id AS "keyId", kept_at AS "keptAt" FROM sent_mail WHERE mail_id = $1 ORDER BY copy';

/** Old contents, a few at a time: each may be some 100 KB. $1 days. */
export const CLEAN_CONTENTS = `
DELETE FROM sent_mail WHERE (mail_id, copy) IN (
  SELECT mail_id, copy FROM sent_mail WHERE kept_at < now() - $1 * interval '1 day' ORDER BY kept_at LIMIT 1000)
RETURNING 1 AS gone`;
