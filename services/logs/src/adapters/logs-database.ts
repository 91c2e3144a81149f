import { openLogsDb, type LogsDb } from '@tank/logs-db';
import { AttachmentLog } from './entities/attachment-log.js';
import { AutoRunLog } from './entities/auto-run-log.js';
import { DeadLetter } from './entities/dead-letter.js';
import { EmailSendLog } from './entities/email-send-log.js';
import { SystemErrorLog } from './entities/system-error-log.js';
import { TemplateLog } from './entities/template-log.js';
import { LogTables } from './migrations/0001-log-tables.js';
import { KoreanSystemErrors } from './migrations/0002-korean-system-errors.js';
import { MoreWaysToFindAMail } from './migrations/0003-more-ways-to-find-a-mail.js';
import { FailedFilesAndTemplates } from './migrations/0004-failed-files-and-templates.js';
import { TrailOfAMail } from './migrations/0005-trail-of-a-mail.js';

export const LOG_ENTITIES = [AutoRunLog, EmailSendLog, AttachmentLog, TemplateLog, SystemErrorLog, DeadLetter];
const MIGRATIONS = [LogTables, KoreanSystemErrors, MoreWaysToFindAMail, FailedFilesAndTemplates, TrailOfAMail];
const CONNECTIONS = 6;

/** The log tables of the Logs DB, up to date. */
export function openLogsDatabase(url: string): Promise<LogsDb> {
  return openLogsDb({ url, owner: 'logs', entities: LOG_ENTITIES, migrations: MIGRATIONS, connections: CONNECTIONS });
}
