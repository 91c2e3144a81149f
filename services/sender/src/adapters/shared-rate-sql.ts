/** The shared rate's statements. Time is the database's: the senders' clocks may differ. */

export const ADD_ACCOUNT = 'INSERT INTO send_rate (account) VALUES ($1) ON CONFLICT (account) DO NOTHING';

/** Sends of ours within 24 hours, or what SES counted with ours since: whichever is more. $1 account. */
const USED_24H = `greatest(
  coalesce((SELECT sum(calls) FROM send_count WHERE send_count.account = $1 AND slice > now() - interval '24 hours 5 minutes'), 0),
  rate.sent_24h + rate.calls_since_poll)`;

/**
 * Gives out up to $2 slots, none further ahead than the horizon and none beyond the quota, and counts them.
 * The columns are computed inside the row's own UPDATE, so that two senders at once get two different blocks.
 * $3 $4 the settings' limits or null, $5 slots to give back, $6 rate while the account is unknown, $7 headroom,
 * $8 horizon (ms), $9 factor while slow.
 */
export const TAKE_BLOCK = `
WITH block AS (
  UPDATE send_rate AS rate SET (next_slot_at, calls_since_poll, block_size, block_at, block_interval_ms, quota_used_up) = (
    SELECT start_at + size * step, greatest(0, rate.calls_since_poll - $5::int) + size, size, start_at, extract(epoch FROM step) * 1000, free_24h < 1
    FROM (
      SELECT *, greatest(0, least($2::int, free_24h, ceil(extract(epoch FROM statement_timestamp() + $8::float8 * interval '1 millisecond' - start_at) / extract(epoch FROM step))))::int AS size
      FROM (
        SELECT
          interval '1 second' / ($7::float8 * CASE WHEN rate.slow_until > statement_timestamp() THEN $9::float8 ELSE 1 END
            * coalesce(least(rate.max_per_second, $3::float8), $6::float8)) AS step,
          greatest(rate.next_slot_at, statement_timestamp()) AS start_at,
          CASE WHEN rate.held_until > statement_timestamp() THEN 0
            ELSE floor(coalesce(least(nullif(rate.quota_24h, -1), $4::float8), 1e9) - ${USED_24H} + $5::int) END AS free_24h
      ) AS limits
    ) AS sized
  )
  WHERE account = $1
  RETURNING block_size, block_at, block_interval_ms, quota_used_up, held_until
), counted AS (
  INSERT INTO send_count (account, slice, calls)
  SELECT $1, date_bin(interval '5 minutes', now(), timestamptz '2000-01-01'), block_size - $5::int FROM block WHERE block_size <> $5::int
  ON CONFLICT (account, slice) DO UPDATE SET calls = send_count.calls + excluded.calls
)
SELECT
  block_size AS granted,
  greatest(0, extract(epoch FROM block_at - clock_timestamp()) * 1000)::float8 AS "firstInMs",
  block_interval_ms AS "intervalMs",
  quota_used_up AS "isQuotaUsedUp",
  greatest(0, coalesce(extract(epoch FROM held_until - clock_timestamp()) * 1000, 0))::float8 AS "heldForMs"
FROM block`;

/** A throttle answer: a pause of $2 ms for everybody, then slower for $3 ms. */
export const SLOW_DOWN = `
UPDATE send_rate SET
  next_slot_at = greatest(next_slot_at, clock_timestamp() + $2 * interval '1 millisecond'),
  slow_until = clock_timestamp() + $3 * interval '1 millisecond'
WHERE account = $1 RETURNING account`;

/** "Daily quota exceeded": nothing for $2 ms. */
export const HOLD = 'UPDATE send_rate SET held_until = clock_timestamp() + $2 * interval \'1 millisecond\' WHERE account = $1 RETURNING account';

/** One sender polls at a time; returns the counter as it was before GetAccount is asked. $3 lease (ms), $4 poll interval (ms). */
export const TAKE_POLL = `
UPDATE send_rate SET poller = $2::uuid, poller_until = clock_timestamp() + $3 * interval '1 millisecond'
WHERE account = $1 AND (poller = $2::uuid OR poller IS NULL OR poller_until < clock_timestamp())
RETURNING calls_since_poll AS "callsSincePoll", coalesce(polled_at < clock_timestamp() - $4 * interval '1 millisecond', true) AS "isDue"`;

/** $6: what the counter was before the question; what came after it stays counted. */
export const STORE_LIMITS = `
UPDATE send_rate SET max_per_second = $2, quota_24h = $3, sent_24h = $4, sending_enabled = $5,
  calls_since_poll = greatest(0, calls_since_poll - $6::int), polled_at = clock_timestamp()
WHERE account = $1 RETURNING account`;

export const LEAVE_POLL = 'UPDATE send_rate SET poller = NULL, poller_until = NULL WHERE account = $1 AND poller = $2::uuid RETURNING account';

export const FIGURES = `
SELECT max_per_second AS "maxPerSecond", quota_24h AS "quota24h", ${USED_24H} AS "sent24h", sending_enabled AS "sendingEnabled", polled_at AS "polledAt",
  coalesce(slow_until > now(), false) AS "isSlowed", quota_used_up OR coalesce(held_until > now(), false) AS "isHeld"
FROM send_rate AS rate WHERE account = $1`;
