import type { HandlersOf, Services } from './handlers.js';
import type { Sight } from './sight.js';

export function mailHandlers(services: Services, sight: Sight): HandlersOf<'searchMails' | 'getMail' | 'settleMail'> {
  return {
    searchMails: async ({ query }, { caller }) => ({ status: 200, body: await services.ask('logs.list-mails', { ...query, automationIds: await sight.automationIds(caller) }) }),
    getMail: async ({ params }) => ({ status: 200, body: await services.ask('logs.get-mail', { mailId: params.id }) }),
    settleMail: async ({ params, body }) => ({ status: 202, body: await services.ask('sender.settle-doubt', { mailId: params.id, ...body }) }),
  };
}
