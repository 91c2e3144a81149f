import type { HandlersOf, Services } from './handlers.js';
import { reportPeriod } from './report-period.js';

export function reportHandlers(services: Services): HandlersOf<'getSummary' | 'listSystemErrors' | 'listDeadLetters'> {
  return {
    getSummary: async ({ query }) => ({ status: 200, body: await services.ask('logs.summary', { ...query, ...reportPeriod(query, new Date()) }) }),
    listDeadLetters: async ({ query }) => ({ status: 200, body: await services.ask('logs.list-dead-letters', query) }),
    listSystemErrors: async ({ query }) => ({ status: 200, body: await services.ask('logs.list-system-errors', query) }),
  };
}
