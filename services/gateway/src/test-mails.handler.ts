import type { Accounts } from './accounts/accounts.js';
import type { HandlersOf, Services } from './handlers.js';
import type { OwnFolders } from './automations/own-folders.js';
import { PreviewMail } from './automations/preview-mail.js';
import type { RecipientViews } from './privacy/recipient-views.js';
import { SendTestMail } from './mails/send-test-mail.js';

export function testMailHandlers(services: Services, own: Pick<Accounts['own'], 'whoAmI'>, views: RecipientViews, folders: OwnFolders): HandlersOf<'sendTestMail'> {
  const testMail = new SendTestMail(services, new PreviewMail(services, views, folders), folders, own);
  return {
    sendTestMail: ({ params, body }, call) => testMail.send(params.id, body, call),
  };
}
