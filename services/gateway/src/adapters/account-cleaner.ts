import { createLog } from '@tank/telemetry';
import type { AuditStore } from './audit-store.js';
import type { GatewayDatabase } from './gateway-database.js';
import { WINDOW_SECONDS } from './sign-in-attempts.js';

const EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;
const log = createLog('gateway');

/** Sessions are shown no more when they are over; a day later nothing asks for their tokens either. */
const STATEMENTS = [
  `WITH gone AS (DELETE FROM user_session WHERE least(ended_at, expires_at) < now() - interval '1 day' RETURNING session_id),
    tokens AS (DELETE FROM refresh_token USING gone WHERE refresh_token.session_id = gone.session_id)
  SELECT session_id FROM gone`,
  `DELETE FROM sign_in_attempt WHERE at < now() - ${WINDOW_SECONDS} * interval '1 second' RETURNING attempt_id`,
  "DELETE FROM wrong_password WHERE last_at < now() - interval '1 day' RETURNING tries",
  // The hour is for a gateway whose clock is late: to it the thing still holds.
  "DELETE FROM used_once WHERE expires_at < now() - interval '1 hour' RETURNING digest",
];

/** Removes every hour what is over: sessions, tries to sign in, entries of the audit trail. Several replicas may do it at once. */
export class AccountCleaner {
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<void> = Promise.resolve();

  constructor(private readonly db: GatewayDatabase, private readonly audit: Pick<AuditStore, 'deleteBefore'>, private readonly auditDays: number) {}

  start(): void {
    this.#timer = setInterval(() => (this.#current = this.#cleanOrSayWhy()), EVERY_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#current;
  }

  /** @returns how many rows went */
  async clean(): Promise<number> {
    let gone = 0;
    for (const statement of STATEMENTS) gone += (await this.db.query(statement)).length;
    return gone + (await this.audit.deleteBefore(new Date(Date.now() - this.auditDays * DAY_MS)));
  }

  /** A cleaning that fails is made up for an hour later; nothing waits for it. */
  async #cleanOrSayWhy(): Promise<void> {
    try {
      log.info('accounts.cleaned', { rows: await this.clean() });
    } catch (error) {
      log.error('accounts.clean', error);
    }
  }
}
