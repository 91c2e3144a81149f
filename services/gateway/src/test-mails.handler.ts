import type { Accounts } from './accounts/accounts.js';
import type { HandlersOf, Services } from './handlers.js';
import { PreviewMail } from './preview-mail.js';
import { SendTestMail } from './send-test-mail.js';

export function testMailHandlers(services: Services, own: Pick<Accounts['own'], 'whoAmI'>): HandlersOf<'sendTestMail'> {
  const testMail = new SendTestMail(services, new PreviewMail(services), own);
  return {
    sendTestMail: ({ params, body }, { caller, say }) => testMail.send(params.id, body, caller, say),
  };
}
