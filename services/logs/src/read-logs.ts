import { Refused, type Answer, type Asks, type DeadLetter, type FailedFile, type FailedTemplate, type MailLog, type MailWithTrail, type SystemError } from '@tank/contracts';
import type { AddressPrivacy } from './address-privacy.js';
import { searchableKey } from './mail-row.js';
import { errorCursorSchema, fileCursorSchema, readCursor, rowCursorSchema, timeCursorSchema, writeCursor } from './page-cursor.js';
import { summaryOf, type MailCount } from './summary.js';

export interface MailFilters {
  runId: string | null;
  outcome: string | null;
  errorCode: string | null;
  recipientKey: string | null;
  /** Of that key, where it may have been masked. */
  recipientKeyHash: string | null;
  /** Any of these. */
  addressHashes: string[] | null;
  automationId: string | null;
  messageId: string | null;
  /** Days on which it was settled, in the time zone. */
  from: string | null;
  to: string | null;
  timeZone: string;
  /** Those that may be seen; null: all. */
  automationIds: string[] | null;
}
/** An item, and the moment by which it is sorted, to the microsecond. */
export interface Dated<T> {
  item: T;
  at: string;
}
/** A mail may have several files. */
export interface FileDated extends Dated<FailedFile> {
  position: number;
}
export interface FailedFilters {
  runId: string | null;
  automationId: string | null;
  /** Days on which it was logged, in the time zone. */
  from: string | null;
  to: string | null;
  timeZone: string;
  /** Those that may be seen; null: all. */
  automationIds: string[] | null;
}
export interface Days {
  from: string;
  to: string;
  timeZone: string;
  automationId: string | null;
  /** Those that may be seen; null: all. */
  automationIds: string[] | null;
}
export interface EventsOf {
  runId: string | null;
  /** Of whose runs they may be seen, beside those of no run; null: all. */
  automationIds: string[] | null;
}

export interface LogQuestions {
  /** In the order of the run's rows. */
  mailsOfRun(filters: MailFilters, afterRow: number | null, limit: number): Promise<MailLog[]>;
  /** Newest first. */
  mailsByTime(filters: MailFilters, after: { at: string; id: string } | null, limit: number): Promise<Dated<MailLog>[]>;
  mail(mailId: string): Promise<MailWithTrail | undefined>;
  /** Newest first. */
  failedFiles(filters: FailedFilters, status: string | null, after: { at: string; id: string; position: number } | null, limit: number): Promise<FileDated[]>;
  /** Newest first. */
  failedTemplates(filters: FailedFilters, after: { at: string; id: string } | null, limit: number): Promise<Dated<FailedTemplate>[]>;
  /** Newest first. */
  systemErrors(of: EventsOf, after: { at: string; id: string } | null, limit: number): Promise<Dated<SystemError>[]>;
  /** Newest first, without what was in them. */
  deadLetters(of: EventsOf, after: { at: string; id: string } | null, limit: number): Promise<Dated<DeadLetter>[]>;
  /** @throws Refused for a time zone the database does not know. */
  counts(days: Days): Promise<{ mails: MailCount[]; runs: { status: string; count: number }[] }>;
  automationNames(automationIds: string[]): Promise<Map<string, string>>;
}

/** Answers what the others ask of the logs. */
export class ReadLogs {
  constructor(private readonly questions: LogQuestions, private readonly privacy: AddressPrivacy) {}

  /** The mails of one run in the order of its rows; of all runs, newest first. */
  async listMails({ limit, after, ...asked }: Asks<'logs.list-mails'>): Promise<Answer<'logs.list-mails'>> {
    const filters: MailFilters = {
      runId: asked.runId,
      outcome: asked.outcome,
      errorCode: asked.errorCode,
      recipientKey: asked.recipientKey === null ? null : searchableKey(asked.recipientKey),
      recipientKeyHash: asked.recipientKey === null ? null : this.privacy.keyHashToFind(asked.recipientKey),
      addressHashes: asked.address === null ? null : this.privacy.hashesToFind(asked.address),
      automationId: asked.automationId,
      messageId: asked.messageId,
      from: asked.from,
      to: asked.to,
      timeZone: asked.timeZone,
      automationIds: asked.automationIds,
    };
    refuseReversed(asked.from, asked.to);
    if (asked.runId !== null) {
      const found = await this.questions.mailsOfRun(filters, readCursor(rowCursorSchema, after)?.row ?? null, limit + 1);
      return pageOf(found, limit, (last) => writeCursor({ row: last.row }));
    }
    const found = await this.questions.mailsByTime(filters, readCursor(timeCursorSchema, after), limit + 1);
    const { items, next } = pageOf(found, limit, ({ at, item }) => writeCursor({ at, id: item.mailId }));
    return { items: items.map(({ item }) => item), next };
  }

  async getMail({ mailId }: Asks<'logs.get-mail'>): Promise<MailWithTrail> {
    const mail = await this.questions.mail(mailId);
    if (!mail) throw new Refused('NOT_FOUND', ['No mail of this id is in the log: it is not settled yet, or was erased by the retention (LOG_DAYS).', '로그에 이 메일이 없습니다. 아직 결과가 없거나 보존 기간(LOG_DAYS)이 지나 삭제되었습니다.'], 'mailId');
    return mail;
  }

  async listFailedFiles({ limit, after, status, ...filters }: Asks<'logs.list-failed-files'>): Promise<Answer<'logs.list-failed-files'>> {
    refuseReversed(filters.from, filters.to);
    const found = await this.questions.failedFiles(filters, status, readCursor(fileCursorSchema, after), limit + 1);
    const { items, next } = pageOf(found, limit, ({ at, item, position }) => writeCursor({ at, id: item.mailId, position }));
    return { items: items.map(({ item }) => item), next };
  }

  async listFailedTemplates({ limit, after, ...filters }: Asks<'logs.list-failed-templates'>): Promise<Answer<'logs.list-failed-templates'>> {
    refuseReversed(filters.from, filters.to);
    const found = await this.questions.failedTemplates(filters, readCursor(timeCursorSchema, after), limit + 1);
    const { items, next } = pageOf(found, limit, ({ at, item }) => writeCursor({ at, id: item.mailId }));
    return { items: items.map(({ item }) => item), next };
  }

  async listSystemErrors({ limit, after, ...of }: Asks<'logs.list-system-errors'>): Promise<Answer<'logs.list-system-errors'>> {
    const found = await this.questions.systemErrors(of, readCursor(errorCursorSchema, after), limit + 1);
    const { items, next } = pageOf(found, limit, ({ at, item }) => writeCursor({ at, id: item.errorId }));
    return { items: items.map(({ item }) => item), next };
  }

  async listDeadLetters({ limit, after, ...of }: Asks<'logs.list-dead-letters'>): Promise<Answer<'logs.list-dead-letters'>> {
    const found = await this.questions.deadLetters(of, readCursor(errorCursorSchema, after), limit + 1);
    const { items, next } = pageOf(found, limit, ({ at, item }) => writeCursor({ at, id: item.deadLetterId }));
    return { items: items.map(({ item }) => item), next };
  }

  async summary(asked: Asks<'logs.summary'>): Promise<Answer<'logs.summary'>> {
    refuseReversed(asked.from, asked.to);
    const { mails, runs } = await this.questions.counts(asked);
    const names = await this.questions.automationNames([...new Set(mails.map(({ automationId }) => automationId))]);
    return summaryOf(asked, mails, runs, names);
  }
}

function refuseReversed(from: string | null, to: string | null): void {
  if (from === null || to === null || from <= to) return;
  throw new Refused('INVALID', [`The first day ${from} is after the last day ${to}: exchange them.`, `시작일 ${from}이(가) 종료일 ${to}보다 늦습니다. 서로 바꾸세요.`], 'from');
}

/** What fits into an answer: a NATS server takes 1 MB unless told otherwise. */
const PAGE_BYTES = 700_000;

/** One more than asked for was read, to know whether there is a next page; a page of long texts ends early. */
function pageOf<T>(found: T[], limit: number, cursorOf: (last: T) => string): { items: T[]; next: string | null } {
  let bytes = 0;
  const full = found.findIndex((item) => (bytes += Buffer.byteLength(JSON.stringify(item))) > PAGE_BYTES);
  const items = found.slice(0, Math.min(limit, full === -1 ? limit : Math.max(1, full)));
  return { items, next: found.length > items.length ? cursorOf(items.at(-1)!) : null };
}
