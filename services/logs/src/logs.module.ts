import { Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { LogsDb } from '@tank/logs-db';
import { HEALTH_PROBES } from '@tank/messaging';
import { AddressPrivacy } from './address-privacy.js';
import { DatabaseSession } from './adapters/database-session.js';
import { EventLog } from './adapters/event-log.js';
import { KeptLogTables } from './adapters/kept-logs.js';
import { mailLogMetrics, reportUpkeep } from './adapters/log-metrics.js';
import { LogReader } from './adapters/log-reader.js';
import { openLogsDatabase } from './adapters/logs-database.js';
import { MailLog } from './adapters/mail-log.js';
import { MailPartitions } from './adapters/mail-partitions.js';
import { UpkeepTimer } from './adapters/upkeep-timer.js';
import { LogEvents } from './log-events.js';
import { LogEventsHandler } from './log-events.handler.js';
import { LogMails } from './log-mails.js';
import { LogMailsHandler } from './log-mails.handler.js';
import { LogUpkeep } from './log-upkeep.js';
import type { LogsConfig } from './logs.config.js';
import { ReadLogs } from './read-logs.js';
import { ReadLogsHandler } from './read-logs.handler.js';

@Module({})
export class LogsModule {
  static with(config: LogsConfig): DynamicModule {
    return {
      module: LogsModule,
      controllers: [LogMailsHandler, LogEventsHandler, ReadLogsHandler],
      providers: [...database(config), ...useCases(config), ...upkeep(config)],
    };
  }
}

function database(config: LogsConfig): FactoryProvider[] {
  return [
    { provide: LogsDb, useFactory: () => openLogsDatabase(config.LOGS_DB_URL) },
    { provide: DatabaseSession, inject: [LogsDb], useFactory: (logsDb: LogsDb) => new DatabaseSession(logsDb) },
    { provide: MailPartitions, inject: [LogsDb], useFactory: (logsDb: LogsDb) => new MailPartitions(logsDb.dataSource) },
  ];
}

function useCases(config: LogsConfig): FactoryProvider[] {
  const privacy = new AddressPrivacy(config.LOG_ADDRESSES, config.LOG_HASH_KEY);
  return [
    {
      provide: LogMails,
      inject: [LogsDb, MailPartitions],
      useFactory: (logsDb: LogsDb, partitions: MailPartitions) => new LogMails(new MailLog(logsDb.dataSource, partitions), privacy, mailLogMetrics),
    },
    { provide: LogEvents, inject: [LogsDb], useFactory: (logsDb: LogsDb) => new LogEvents(new EventLog(logsDb.dataSource)) },
    { provide: ReadLogs, inject: [LogsDb], useFactory: (logsDb: LogsDb) => new ReadLogs(new LogReader(logsDb.dataSource), privacy) },
  ];
}

function upkeep(config: LogsConfig): FactoryProvider[] {
  const keepDays = { mails: config.LOG_DAYS, runs: config.LOG_DAYS, systemErrors: config.LOG_DAYS_SYSTEM_ERRORS, deadLetters: config.LOG_DAYS_DEAD_LETTERS };
  return [
    {
      provide: UpkeepTimer,
      inject: [LogsDb, MailPartitions],
      useFactory: (logsDb: LogsDb, partitions: MailPartitions) => new UpkeepTimer(new LogUpkeep(new KeptLogTables(logsDb.dataSource, partitions), keepDays, reportUpkeep)),
    },
    { provide: HEALTH_PROBES, inject: [DatabaseSession, UpkeepTimer], useFactory: (session: DatabaseSession, timer: UpkeepTimer) => [session.probe, timer.probe] },
  ];
}
