import type { Health } from '@tank/contracts';
import type { Accounts } from './accounts/accounts.js';
import { auditHandlers } from './audit.handler.js';
import { automationFileHandlers } from './automation-files.handler.js';
import { automationHandlers } from './automations.handler.js';
import { connectionHandlers } from './connections.handler.js';
import { groupHandlers } from './groups.handler.js';
import type { Handlers, Services } from './handlers.js';
import { healthHandlers } from './health.handler.js';
import { mailHandlers } from './mails.handler.js';
import { providerHandlers } from './provider.handler.js';
import type { Records } from './records.js';
import { reportHandlers } from './reports.handler.js';
import { runEventHandlers } from './run-events.handler.js';
import { runHandlers } from './runs.handler.js';
import { scheduleHandlers } from './schedules.handler.js';
import { sentMailHandlers } from './sent-mails.handler.js';
import { secondFactorHandlers, sessionHandlers } from './sessions.handler.js';
import { settingHandlers } from './settings.handler.js';
import type { Sight } from './sight.js';
import { testMailHandlers } from './test-mails.handler.js';
import { userHandlers } from './users.handler.js';

export function allHandlers(services: Services, accounts: Accounts, records: Records, sight: Sight, ownHealth: () => Promise<Health>): Handlers {
  return {
    ...automationHandlers(services, records.settings, sight),
    ...automationFileHandlers(services, sight),
    ...scheduleHandlers(services),
    ...runHandlers(services, sight),
    ...runEventHandlers(services),
    ...mailHandlers(services, sight),
    ...sentMailHandlers(services, records.settings),
    ...testMailHandlers(services, accounts.own),
    ...reportHandlers(services, sight),
    ...connectionHandlers(services, sight),
    ...healthHandlers(services, ownHealth),
    ...sessionHandlers(accounts),
    ...secondFactorHandlers(accounts),
    ...providerHandlers(accounts),
    ...userHandlers(accounts),
    ...groupHandlers(services, accounts),
    ...auditHandlers(records.audit),
    ...settingHandlers(records.settings),
  };
}
