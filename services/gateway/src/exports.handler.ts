import { maskMail, type AuditItem, type MailLog } from '@tank/contracts';
import type { AuditFilters, AuditStore } from './adapters/audit-store.js';
import { auditFilters } from './audit.handler.js';
import { AUDIT_COLUMNS } from './exports/audit-columns.js';
import { MAIL_COLUMNS } from './exports/mail-columns.js';
import { mailPages } from './exports/mail-pages.js';
import { StartExport, type ExportAsked } from './exports/start-export.js';
import { SUMMARY_COLUMNS, summaryRows } from './exports/summary-rows.js';
import type { CallOfUser, HandlersOf, Services } from './handlers.js';
import type { AskedView, Filters, RecipientViews } from './privacy/recipient-views.js';
import { reportPeriod } from './report-period.js';
import type { Records } from './records.js';
import type { Sight } from './sight.js';

type Exports = 'exportMails' | 'exportRunMails' | 'exportSummary' | 'exportAudit';

export function exportHandlers(services: Services, sight: Sight, { audit, persons }: Pick<Records, 'audit' | 'persons'>, views: RecipientViews): HandlersOf<Exports> {
  const exports = new StartExport();
  const mails = async (pages: AsyncIterable<MailLog[]>, filters: Filters, asked: AskedView & ExportAsked, call: CallOfUser) => {
    const isPlain = await views.mayShowPlain(asked, call);
    const told = { export: 'mails', view: isPlain ? 'unmasked' : 'masked', ...views.told(filters) };
    const body = await exports.start({ title: ['Mails', '메일'], columns: MAIL_COLUMNS, pages: isPlain ? pages : masked(pages), told }, asked, call);
    return { status: 200 as const, body };
  };
  return {
    exportMails: async ({ query: { format, reason, unmask, timeZone, ...filters } }, call) => {
      const automationIds = await sight.automationIds(call.caller);
      return mails(mailPages(services, { ...filters, timeZone, automationIds }), filters, { format, reason, unmask, timeZone }, call);
    },
    exportRunMails: async ({ params, query: { format, reason, unmask, timeZone, ...filters } }, call) => {
      const automationIds = await sight.automationIds(call.caller);
      return mails(mailsOfRun(services, { ...filters, runId: params.id, automationIds }), filters, { format, reason, unmask, timeZone }, call);
    },
    exportSummary: async ({ query: { format, reason, ...asked } }, call) => {
      const filters = { ...asked, ...reportPeriod(asked, new Date()) };
      const pages = once(async () => summaryRows(await services.ask('logs.summary', { ...filters, automationIds: await sight.automationIds(call.caller) }), call.say));
      const body = await exports.start({ title: ['Summary', '통계'], columns: SUMMARY_COLUMNS, pages, told: { export: 'summary', ...filters } }, { format, reason, timeZone: asked.timeZone }, call);
      return { status: 200, body };
    },
    exportAudit: async ({ query: { format, reason, timeZone, ...asked } }, call) => {
      const pages = auditPages(audit, auditFilters(asked, persons));
      const body = await exports.start({ title: ['Audit', '감사 기록'], columns: AUDIT_COLUMNS, pages, told: { export: 'audit', ...views.told(asked) } }, { format, reason, timeZone }, call);
      return { status: 200, body };
    },
  };
}

async function* mailsOfRun(services: Services, filters: Parameters<typeof mailPages>[1] & { runId: string }): AsyncGenerator<MailLog[], void> {
  let isFirst = true;
  for await (const page of mailPages(services, filters)) {
    // No mails yet, or no such run?
    if (isFirst && page.length === 0) await services.ask('scheduler.get-run', { runId: filters.runId });
    isFirst = false;
    yield page;
  }
}

async function* masked(pages: AsyncIterable<MailLog[]>): AsyncGenerator<MailLog[], void> {
  for await (const page of pages) yield page.map(maskMail);
}

async function* once<Row>(read: () => Promise<Row[]>): AsyncGenerator<Row[], void> {
  yield await read();
}

const AUDIT_PAGE = 500;

async function* auditPages(audit: Pick<AuditStore, 'page'>, filters: AuditFilters): AsyncGenerator<AuditItem[], void> {
  for (let before: number | null = null; ; ) {
    const page: AuditItem[] = await audit.page(filters, before, AUDIT_PAGE);
    yield page;
    if (page.length < AUDIT_PAGE) return;
    before = page.at(-1)!.entryNo;
  }
}
