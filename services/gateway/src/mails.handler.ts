import { explainedMail } from './explain.js';
import type { HandlersOf, Services } from './handlers.js';
import type { RecipientViews } from './privacy/recipient-views.js';
import type { Sight } from './sight.js';

export function mailHandlers(services: Services, sight: Sight, views: RecipientViews): HandlersOf<'searchMails' | 'getMail' | 'settleMail'> {
  return {
    searchMails: async ({ query: { unmask, reason, ...filters } }, call) => {
      const view = await views.open({ unmask, reason }, filters, call);
      const { items, next } = await services.ask('logs.list-mails', { ...filters, automationIds: await sight.automationIds(call.caller) });
      return { status: 200, body: { items: (await view.show(items)).map((mail) => explainedMail(mail, call.say)), next } };
    },
    getMail: async ({ params, query }, call) => {
      const view = await views.open(query, {}, call);
      const [mail] = await view.show([await services.ask('logs.get-mail', { mailId: params.id })]);
      return { status: 200, body: explainedMail(mail!, call.say) };
    },
    settleMail: async ({ params, body }) => ({ status: 202, body: await services.ask('sender.settle-doubt', { mailId: params.id, ...body }) }),
  };
}
