import { createLog, metrics } from '@tank/telemetry';
import type { MailLogWatch } from '../log-mails.js';
import type { UpkeepReport } from '../log-upkeep.js';

const log = createLog('logs');
const mailsLogged = metrics.counter('tank_mails_logged_total', 'Mails whose outcome is in the log', ['outcome']);
const contradictions = metrics.counter('tank_mails_contradicted_total', 'Second outcomes that were ignored', ['stands', 'ignored']);
const lagSeconds = metrics.histogram('tank_mail_log_lag_seconds', 'From settling a mail to its committed log row', []);
const logsErased = metrics.counter('tank_log_entries_erased_total', 'Log entries deleted by the retention (dropped months are not counted)', ['kind']);

/** Counts what the log tables take in, and speaks up when two outcomes claim one mail. */
export const mailLogMetrics: MailLogWatch = {
  logged(outcome, lagMs) {
    mailsLogged.inc({ outcome });
    lagSeconds.observe(Math.max(0, lagMs) / 1000);
  },
  contradicted(mailId, stands, ignored) {
    contradictions.inc({ stands, ignored });
    log.warn('mail.contradicted', { mailId, stands, ignored });
  },
};

export const reportUpkeep: UpkeepReport = (action, { kind, count, ...about }) => {
  if (count) logsErased.inc({ kind }, count);
  log.info(`logs.${action}`, { kind, count, ...about });
};
