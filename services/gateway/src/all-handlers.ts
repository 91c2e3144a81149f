import type { Health } from '@tank/contracts';
import type { Accounts } from './accounts/accounts.js';
import { auditHandlers } from './audit.handler.js';
import { automationFileHandlers } from './automation-files.handler.js';
import { automationHandlers } from './automations.handler.js';
import { connectionHandlers } from './connections.handler.js';
import type { Handlers, Services } from './handlers.js';
import { healthHandlers } from './health.handler.js';
import { mailHandlers } from './mails.handler.js';
import type { Records } from './records.js';
import { reportHandlers } from './reports.handler.js';
import { runHandlers } from './runs.handler.js';
import { scheduleHandlers } from './schedules.handler.js';
import { sessionHandlers } from './sessions.handler.js';
import { settingHandlers } from './settings.handler.js';
import { userHandlers } from './users.handler.js';

export function allHandlers(services: Services, accounts: Accounts, records: Records, ownHealth: () => Promise<Health>): Handlers {
  return {
    ...automationHandlers(services, records.settings),
    ...automationFileHandlers(services),
    ...scheduleHandlers(services),
    ...runHandlers(services),
    ...mailHandlers(services),
    ...reportHandlers(services),
    ...connectionHandlers(services),
    ...healthHandlers(services, ownHealth),
    ...sessionHandlers(accounts),
    ...userHandlers(accounts),
    ...auditHandlers(records.audit),
    ...settingHandlers(records.settings),
  };
}
