import { maskFailed } from '@tank/contracts';
import type { HandlersOf, Services } from './handlers.js';
import { reportPeriod } from './report-period.js';
import type { Sight } from './sight.js';

export function reportHandlers(services: Services, sight: Sight): HandlersOf<'getSummary' | 'listFailedFiles' | 'listFailedTemplates' | 'listSystemErrors' | 'listDeadLetters'> {
  return {
    getSummary: async ({ query }, { caller }) => {
      const automationIds = await sight.automationIds(caller);
      return { status: 200, body: await services.ask('logs.summary', { ...query, ...reportPeriod(query, new Date()), automationIds }) };
    },
    listFailedFiles: async ({ query }, { caller }) => {
      const { items, next } = await services.ask('logs.list-failed-files', { ...query, automationIds: await sight.automationIds(caller) });
      return { status: 200, body: { items: items.map(maskFailed), next } };
    },
    listFailedTemplates: async ({ query }, { caller }) => {
      const { items, next } = await services.ask('logs.list-failed-templates', { ...query, automationIds: await sight.automationIds(caller) });
      return { status: 200, body: { items: items.map(maskFailed), next } };
    },
    listDeadLetters: async ({ query }, { caller }) => ({ status: 200, body: await services.ask('logs.list-dead-letters', { ...query, automationIds: await sight.automationIds(caller) }) }),
    listSystemErrors: async ({ query }, { caller }) => ({ status: 200, body: await services.ask('logs.list-system-errors', { ...query, automationIds: await sight.automationIds(caller) }) }),
  };
}
