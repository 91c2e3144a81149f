import type { HandlersOf, Services } from './handlers.js';
import { reportPeriod } from './report-period.js';
import type { Sight } from './sight.js';

export function reportHandlers(services: Services, sight: Sight): HandlersOf<'getSummary' | 'listSystemErrors' | 'listDeadLetters'> {
  return {
    getSummary: async ({ query }, { caller }) => {
      const automationIds = await sight.automationIds(caller);
      return { status: 200, body: await services.ask('logs.summary', { ...query, ...reportPeriod(query, new Date()), automationIds }) };
    },
    listDeadLetters: async ({ query }, { caller }) => ({ status: 200, body: await services.ask('logs.list-dead-letters', { ...query, automationIds: await sight.automationIds(caller) }) }),
    listSystemErrors: async ({ query }, { caller }) => ({ status: 200, body: await services.ask('logs.list-system-errors', { ...query, automationIds: await sight.automationIds(caller) }) }),
  };
}
