import type { HandlersOf, Services } from './handlers.js';

export function mailHandlers(services: Services): HandlersOf<'searchMails' | 'getMail' | 'settleMail'> {
  return {
    searchMails: async ({ query }) => ({ status: 200, body: await services.ask('logs.list-mails', query) }),
    getMail: async ({ params }) => ({ status: 200, body: await services.ask('logs.get-mail', { mailId: params.id }) }),
    settleMail: async ({ params, body }) => ({ status: 202, body: await services.ask('sender.settle-doubt', { mailId: params.id, ...body }) }),
  };
}
