import { readTrail, Refused, TryLater, type DeadLetter, type FailedFile, type FailedTemplate, type MailLog, type MailWithTrail, type Placed, type SystemError } from '@tank/contracts';
import type { DataSource } from 'typeorm';
import type { Days, EventsOf, FailedFilters, FilePlace, Following, LogQuestions, MailFilters, TimePlace } from '../read-logs.js';
import type { MailCount } from '../summary.js';
import { isUnknownTimeZone, meaningOf } from './database-errors.js';
import { FAILED_FILES, FAILED_TEMPLATES } from './failed-checks-sql.js';
import { AUTOMATION_NAMES, DEAD_LETTERS, MAIL_COUNTS, MAILS_BY_TIME, MAILS_OF_AUTOMATIONS, MAILS_OF_RUN, ONE_MAIL, RUN_COUNTS, SYSTEM_ERRORS, type Direction } from './log-reader-sql.js';

interface MailFound {
  mail_id: string; run_id: string; row_no: number; automation_id: string; version_id: string; automation_name: string | null;
  recipient_key: string; recipient_address: string | null; recipient_name: string | null; subject: string | null;
  status: MailLog['outcome']; error_code: MailLog['errorCode']; error_detail: string | null; message_id: string | null;
  sent_at: Date | null; settled_at: Date; settled_at_exactly: string; attempts: number; update_query_ok: 'Y' | 'N' | null; update_error: string | null;
  business_date: string; attachment_checks: MailLog['attachmentChecks'] | null; template_check: MailLog['templateCheck'];
}
interface ErrorFound {
  error_id: string; module: SystemError['module']; code: string; message: string; remedy: string | null;
  message_ko: string | null; remedy_ko: string | null;
  run_id: string | null; mail_id: string | null; occurred_at: Date; occurred_at_exactly: string;
}
interface LetterFound {
  dead_letter_id: string; step: string; message_type: string; reason: string; run_id: string | null; mail_id: string | null; occurred_at: Date; occurred_at_exactly: string;
}
interface FailedFound extends Pick<MailFound, 'mail_id' | 'run_id' | 'row_no' | 'automation_id' | 'automation_name' | 'recipient_key' | 'recipient_address' | 'recipient_name' | 'business_date'> {
  detail: string | null; logged_at: Date; logged_at_exactly: string;
}
interface FileFound extends FailedFound { status: FailedFile['status']; rule: string; file_path: string | null; position: number }
interface TemplateFound extends FailedFound { status: FailedTemplate['status'] }
interface CountFound { date: string; automation_id: string; outcome: string; error_code: string | null; count: number }

/** Reads the log tables. Refuses as UNAVAILABLE while the database is away. */
export class LogReader implements LogQuestions {
  constructor(private readonly database: DataSource) {}

  async mailsOfRun(filters: MailFilters, { after, isDescending, limit }: Following<[row: number]>): Promise<MailLog[]> {
    const found = await this.ask<MailFound>(MAILS_OF_RUN(directionOf(isDescending)), [...valuesOf(filters), after?.[0] ?? null, limit]);
    return found.map(mailOf);
  }

  async mailsByTime(filters: MailFilters, { after, isDescending, limit }: Following<TimePlace>): Promise<Placed<MailLog>[]> {
    const question = isOfFewAutomations(filters) ? MAILS_OF_AUTOMATIONS : MAILS_BY_TIME;
    const found = await this.ask<MailFound>(question(directionOf(isDescending)), [...valuesOf(filters), ...(after ?? [null, null]), limit]);
    return found.map((row) => ({ item: mailOf(row), place: [row.settled_at_exactly, row.mail_id] }));
  }

  async mail(mailId: string): Promise<MailWithTrail | undefined> {
    const [found] = await this.ask<MailFound & { trace_id: string | null; steps: string | null }>(ONE_MAIL, [mailId]);
    return found && { ...mailOf(found), traceId: found.trace_id, steps: readTrail(found.steps) };
  }

  async failedFiles(filters: FailedFilters, status: string | null, { after, isDescending, limit }: Following<FilePlace>): Promise<Placed<FailedFile>[]> {
    const found = await this.ask<FileFound>(FAILED_FILES(directionOf(isDescending)), [...failedValuesOf(filters), ...(after ?? [null, null, null]), status, limit]);
    return found.map((row) => ({
      item: { ...failedOf(row), status: row.status, rule: row.rule, path: row.file_path }, place: [row.logged_at_exactly, row.mail_id, row.position],
    }));
  }

  async failedTemplates(filters: FailedFilters, { after, isDescending, limit }: Following<TimePlace>): Promise<Placed<FailedTemplate>[]> {
    const found = await this.ask<TemplateFound>(FAILED_TEMPLATES(directionOf(isDescending)), [...failedValuesOf(filters), ...(after ?? [null, null]), limit]);
    return found.map((row) => ({ item: { ...failedOf(row), status: row.status }, place: [row.logged_at_exactly, row.mail_id] }));
  }

  async systemErrors({ runId, automationIds }: EventsOf, { after, isDescending, limit }: Following<TimePlace>): Promise<Placed<SystemError>[]> {
    const found = await this.ask<ErrorFound>(SYSTEM_ERRORS(directionOf(isDescending)), [runId, ...(after ?? [null, null]), limit, automationIds]);
    return found.map((row) => ({ item: systemErrorOf(row), place: [row.occurred_at_exactly, row.error_id] }));
  }

  async deadLetters({ runId, automationIds }: EventsOf, { after, isDescending, limit }: Following<TimePlace>): Promise<Placed<DeadLetter>[]> {
    const found = await this.ask<LetterFound>(DEAD_LETTERS(directionOf(isDescending)), [runId, ...(after ?? [null, null]), limit, automationIds]);
    return found.map((row) => ({ item: deadLetterOf(row), place: [row.occurred_at_exactly, row.dead_letter_id] }));
  }

  async counts({ from, to, timeZone, automationId, automationIds }: Days): Promise<{ mails: MailCount[]; runs: { status: string; count: number }[] }> {
    const within = [from, to, timeZone, automationId, automationIds];
    const [mails, runs] = await Promise.all([this.ask<CountFound>(MAIL_COUNTS, within), this.ask<{ status: string; count: number }>(RUN_COUNTS, within)]);
    return { mails: mails.map(mailCountOf), runs };
  }

  async automationNames(automationIds: string[]): Promise<Map<string, string>> {
    const found = await this.ask<{ automation_id: string; automation_name: string }>(AUTOMATION_NAMES, [automationIds]);
    return new Map(found.map(({ automation_id, automation_name }) => [automation_id, automation_name]));
  }

  private async ask<Found>(question: string, values: unknown[]): Promise<Found[]> {
    try {
      return await this.database.query(question, values);
    } catch (error) {
      if (isUnknownTimeZone(error)) throw new Refused('INVALID', ['The database does not know this time zone: use one such as Asia/Seoul.', 'DB가 모르는 시간대입니다. Asia/Seoul처럼 쓰세요.'], 'timeZone', { cause: error });
      if (meaningOf(error) instanceof TryLater) throw new Refused('UNAVAILABLE', ['The Logs DB cannot be reached now: try again in a moment, and see that it runs.', 'Logs DB에 연결할 수 없습니다. 실행 중인지 확인하고 잠시 후 다시 시도하세요.'], null, { cause: error });
      throw error;
    }
  }
}

function directionOf(isDescending: boolean): Direction {
  return isDescending ? 'DESC' : 'ASC';
}

function valuesOf({ runId, outcome, errorCode, recipientKey, recipientKeyHash, addressHashes, automationId, messageId, from, to, timeZone, automationIds }: MailFilters): unknown[] {
  return [runId, outcome, errorCode, recipientKey, recipientKeyHash, addressHashes, automationId, messageId, from, to, timeZone, automationIds];
}

/** Of more than these the newest of all are nearer than the newest of each. */
const FEW_AUTOMATIONS = 50;

/** Any other filter finds few mails by an index of its own. */
function isOfFewAutomations({ automationIds, outcome, errorCode, recipientKey, addressHashes, automationId, messageId }: MailFilters): boolean {
  const isNarrow = [errorCode, recipientKey, addressHashes, automationId, messageId].some((filter) => filter !== null) || (outcome !== null && outcome !== 'SENT');
  return automationIds !== null && automationIds.length <= FEW_AUTOMATIONS && !isNarrow;
}

function failedValuesOf({ runId, automationId, from, to, timeZone, automationIds }: FailedFilters): unknown[] {
  return [runId, automationId, from, to, timeZone, automationIds];
}

function mailOf(row: MailFound): MailLog {
  return {
    mailId: row.mail_id, runId: row.run_id, row: row.row_no, automationId: row.automation_id, automationName: row.automation_name,
    versionId: row.version_id, businessDate: row.business_date, recipientKey: row.recipient_key,
    to: recipientOf(row),
    subject: row.subject, outcome: row.status, errorCode: row.error_code, errorDetail: row.error_detail,
    messageId: row.message_id, sentAt: row.sent_at?.toISOString() ?? null, settledAt: row.settled_at.toISOString(),
    attempts: row.attempts, updateQueryOk: row.update_query_ok, updateError: row.update_error,
    attachmentChecks: row.attachment_checks ?? [], templateCheck: row.template_check,
  };
}

function recipientOf({ recipient_address, recipient_name }: Pick<MailFound, 'recipient_address' | 'recipient_name'>): MailLog['to'] {
  return recipient_address === null ? null : { address: recipient_address, ...(recipient_name !== null && { name: recipient_name }) };
}

function failedOf(row: FailedFound) {
  return {
    mailId: row.mail_id, runId: row.run_id, row: row.row_no, automationId: row.automation_id, automationName: row.automation_name, businessDate: row.business_date,
    recipientKey: row.recipient_key, to: recipientOf(row), detail: row.detail, loggedAt: row.logged_at.toISOString(),
  };
}

function systemErrorOf(row: ErrorFound): SystemError {
  return {
    errorId: row.error_id, module: row.module, code: row.code, message: row.message, remedy: row.remedy,
    ko: row.message_ko === null ? null : { message: row.message_ko, cause: null, remedy: row.remedy_ko },
    runId: row.run_id, mailId: row.mail_id, occurredAt: row.occurred_at.toISOString(),
  };
}

function deadLetterOf(row: LetterFound): DeadLetter {
  return {
    deadLetterId: row.dead_letter_id, step: row.step, messageType: row.message_type, reason: row.reason, runId: row.run_id, mailId: row.mail_id, occurredAt: row.occurred_at.toISOString(),
  };
}

function mailCountOf(row: CountFound): MailCount {
  return { date: row.date, automationId: row.automation_id, outcome: row.outcome, errorCode: row.error_code, count: row.count };
}
