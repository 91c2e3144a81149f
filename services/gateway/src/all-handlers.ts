import type { Health } from '@tank/contracts';
import type { Accounts } from './accounts/accounts.js';
import { auditHandlers } from './audit.handler.js';
import { automationFileHandlers } from './automation-files.handler.js';
import { automationHandlers } from './automations.handler.js';
import { connectionHandlers } from './connections.handler.js';
import { exportHandlers } from './exports.handler.js';
import { groupHandlers } from './groups.handler.js';
import type { Handlers, Services } from './handlers.js';
import { healthHandlers } from './health.handler.js';
import { mailHandlers } from './mails.handler.js';
import { OwnFolders } from './automations/own-folders.js';
import { providerHandlers } from './provider.handler.js';
import { RecipientViews } from './privacy/recipient-views.js';
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
  const views = new RecipientViews(records.settings, records.persons);
  const folders = new OwnFolders(services, accounts.groups);
  return {
    ...automationHandlers(services, records.settings, sight, views, folders),
    ...automationFileHandlers(services, sight, folders),
    ...scheduleHandlers(services, folders),
    ...runHandlers(services, sight, views, folders),
    ...runEventHandlers(services),
    ...mailHandlers(services, sight, views),
    ...sentMailHandlers(services, records.settings, views),
    ...testMailHandlers(services, accounts.own, views, folders),
    ...reportHandlers(services, sight),
    ...exportHandlers(services, sight, records, views),
    ...connectionHandlers(services, sight),
    ...healthHandlers(services, ownHealth),
    ...sessionHandlers(accounts),
    ...secondFactorHandlers(accounts),
    ...providerHandlers(accounts),
    ...userHandlers(accounts),
    ...groupHandlers(services, accounts),
    ...auditHandlers(records, views),
    ...settingHandlers(records.settings),
  };
}
