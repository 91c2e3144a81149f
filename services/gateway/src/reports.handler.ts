import { maskFailed } from '@tank/contracts';
import type { HandlersOf, Services } from './handlers.js';
import { reportPeriod } from './report-period.js';

export function reportHandlers(services: Services): HandlersOf<'getSummary' | 'listFailedFiles' | 'listFailedTemplates' | 'listSystemErrors' | 'listDeadLetters'> {
  return {
    getSummary: async ({ query }) => ({ status: 200, body: await services.ask('logs.summary', { ...query, ...reportPeriod(query, new Date()) }) }),
    listFailedFiles: async ({ query }) => {
      const { items, next } = await services.ask('logs.list-failed-files', query);
      return { status: 200, body: { items: items.map(maskFailed), next } };
    },
    listFailedTemplates: async ({ query }) => {
      const { items, next } = await services.ask('logs.list-failed-templates', query);
      return { status: 200, body: { items: items.map(maskFailed), next } };
    },
    listDeadLetters: async ({ query }) => ({ status: 200, body: await services.ask('logs.list-dead-letters', query) }),
    listSystemErrors: async ({ query }) => ({ status: 200, body: await services.ask('logs.list-system-errors', query) }),
  };
}
