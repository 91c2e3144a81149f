import { DataSource } from 'typeorm';
import { createDatabase, roleUrl, type TestDatabase } from '../../../../embedded/test/parts.js';
import { AddressPrivacy } from '../address-privacy.js';
import { LogMails } from '../log-mails.js';
import { EventLog } from './event-log.js';
import { openLogsDatabase } from './logs-database.js';
import { MailLog } from './mail-log.js';
import { MailPartitions } from './mail-partitions.js';

/** Log tables of one test file, as their owner sees them. */
export interface LogTablesOfTest {
  database: TestDatabase;
  source: DataSource;
  partitions: MailPartitions;
  events: EventLog;
  logMails: LogMails;
  logMailsWith(privacy: AddressPrivacy): LogMails;
  close(): Promise<void>;
}

export async function openLogTables(name: string): Promise<LogTablesOfTest> {
  const database = await createDatabase(name);
  const { dataSource: source } = await openLogsDatabase(roleUrl(database, 'logs'));
  const partitions = new MailPartitions(source);
  const logMailsWith = (privacy: AddressPrivacy) => new LogMails(new MailLog(source, partitions), privacy, { logged: () => undefined, contradicted: () => undefined });
  return {
    database,
    source,
    partitions,
    events: new EventLog(source),
    logMails: logMailsWith(new AddressPrivacy('plain', undefined)),
    logMailsWith,
    close: async () => {
      await source.destroy();
      await database.drop();
    },
  };
}
