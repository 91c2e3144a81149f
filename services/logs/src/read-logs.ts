import {
  EVENT_PLACE, FILE_PLACE, isDescending, MAIL_PLACE, NUMBER_PLACE, pageOf, placeIn, Refused, sortField,
  type Answer, type Asks, type DeadLetter, type FailedFile, type FailedTemplate, type MailLog, type MailWithTrail, type PageAsked, type Place, type Placed,
  type Sort, type SystemError,
} from '@tank/contracts';
import type { z } from 'zod';
import type { AddressPrivacy } from './address-privacy.js';
import { searchableKey } from './mail-row.js';
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

/** What follows a place in a list, or begins it. */
export interface Following<P> {
  after: P | null;
  isDescending: boolean;
  limit: number;
}
/** By a moment, to the microsecond, and an id. */
export type TimePlace = [at: string, id: string];
/** A mail may have several files. */
export type FilePlace = [at: string, mailId: string, position: number];

export interface LogQuestions {
  /** By the run's rows. */
  mailsOfRun(filters: MailFilters, asked: Following<[row: number]>): Promise<MailLog[]>;
  /** By the moment they were settled. */
  mailsByTime(filters: MailFilters, asked: Following<TimePlace>): Promise<Placed<MailLog>[]>;
  mail(mailId: string): Promise<MailWithTrail | undefined>;
  failedFiles(filters: FailedFilters, status: string | null, asked: Following<FilePlace>): Promise<Placed<FailedFile>[]>;
  failedTemplates(filters: FailedFilters, asked: Following<TimePlace>): Promise<Placed<FailedTemplate>[]>;
  systemErrors(of: EventsOf, asked: Following<TimePlace>): Promise<Placed<SystemError>[]>;
  /** Without what was in them. */
  deadLetters(of: EventsOf, asked: Following<TimePlace>): Promise<Placed<DeadLetter>[]>;
  /** @throws Refused for a time zone the database does not know. */
  counts(days: Days): Promise<{ mails: MailCount[]; runs: { status: string; count: number }[] }>;
  automationNames(automationIds: string[]): Promise<Map<string, string>>;
}

/** Answers what the others ask of the logs. */
export class ReadLogs {
  constructor(private readonly questions: LogQuestions, private readonly privacy: AddressPrivacy) {}

  /** The mails of one run by its rows; of all runs, by the moment they were settled, the newest first unless told otherwise. @throws Refused INVALID */
  async listMails({ limit, after, sort: asSorted, ...asked }: Asks<'logs.list-mails'>): Promise<Answer<'logs.list-mails'>> {
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
    const page = { limit, after, sort: asSorted ?? (asked.runId === null ? '-settledAt' : 'row') };
    refuseWithoutIndex(page.sort, asked.runId);
    if (asked.runId === null) return pageOf(await this.questions.mailsByTime(filters, following(page, MAIL_PLACE)), page);
    const found = await this.questions.mailsOfRun(filters, following(page, NUMBER_PLACE));
    return pageOf(found.map((item) => ({ item, place: [item.row] })), page);
  }

  async getMail({ mailId }: Asks<'logs.get-mail'>): Promise<MailWithTrail> {
    const mail = await this.questions.mail(mailId);
    if (!mail) throw new Refused('NOT_FOUND', ['No mail of this id is in the log: it is not settled yet, or was erased by the retention (LOG_DAYS).', '로그에 이 메일이 없습니다. 아직 결과가 없거나 보존 기간(LOG_DAYS)이 지나 삭제되었습니다.'], 'mailId');
    return mail;
  }

  async listFailedFiles({ limit, after, sort, status, ...filters }: Asks<'logs.list-failed-files'>): Promise<Answer<'logs.list-failed-files'>> {
    refuseReversed(filters.from, filters.to);
    const page = { limit, after, sort };
    return pageOf(await this.questions.failedFiles(filters, status, following(page, FILE_PLACE)), page);
  }

  async listFailedTemplates({ limit, after, sort, ...filters }: Asks<'logs.list-failed-templates'>): Promise<Answer<'logs.list-failed-templates'>> {
    refuseReversed(filters.from, filters.to);
    const page = { limit, after, sort };
    return pageOf(await this.questions.failedTemplates(filters, following(page, MAIL_PLACE)), page);
  }

  async listSystemErrors({ runId, automationIds, ...page }: Asks<'logs.list-system-errors'>): Promise<Answer<'logs.list-system-errors'>> {
    return pageOf(await this.questions.systemErrors({ runId, automationIds }, following(page, EVENT_PLACE)), page);
  }

  async listDeadLetters({ runId, automationIds, ...page }: Asks<'logs.list-dead-letters'>): Promise<Answer<'logs.list-dead-letters'>> {
    return pageOf(await this.questions.deadLetters({ runId, automationIds }, following(page, EVENT_PLACE)), page);
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

/** One more than fits, to know whether there is a next page. */
function following<P extends Place>({ limit, after, sort }: PageAsked, schema: z.ZodType<P>): Following<P> {
  return { after: placeIn({ after, sort }, schema), isDescending: isDescending(sort), limit: limit + 1 };
}

/** Among millions of mails the other sort would read them all. */
function refuseWithoutIndex(sort: Sort, runId: string | null): void {
  if (runId === null && sortField(sort) === 'row') throw new Refused('INVALID', ['Only the mails of one run are sorted by "row": name it as runId, or sort by "settledAt".', '"row" 정렬은 한 실행의 메일에만 쓸 수 있습니다. runId를 지정하거나 "settledAt"으로 정렬하세요.'], 'sort');
  if (runId !== null && sortField(sort) !== 'row') throw new Refused('INVALID', ['The mails of one run are sorted by "row": use it, or leave runId out.', '한 실행의 메일은 "row"로만 정렬합니다. "row"를 쓰거나 runId를 빼세요.'], 'sort');
}
