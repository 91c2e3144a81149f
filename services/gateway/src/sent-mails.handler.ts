import type { HandlersOf, Services } from './handlers.js';
import { ReadSentAttachment } from './read-sent-attachment.js';
import type { SettingsReader } from './settings.handler.js';
import { refuseUnlessUnmasked } from './unmasked-view.js';

/** Nothing in such a file runs, wherever it is opened. */
const SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'";

/** Each look is written down before anything of it is given. */
export function sentMailHandlers(services: Services, settings: SettingsReader): HandlersOf<'getSentMail' | 'getSentAttachment'> {
  const attachments = new ReadSentAttachment(services);
  return {
    getSentMail: async ({ params, query: { reason, copy = null } }, { caller, record }) => {
      await refuseUnlessUnmasked(settings, caller);
      const mail = await services.ask('sender.sent-mail', { mailId: params.id, copy });
      await record({ view: 'unmasked', reason, copy: mail.copy });
      return { status: 200, body: mail };
    },
    getSentAttachment: async ({ params, query: { reason, copy = null } }, { caller, record, setHeader }) => {
      await refuseUnlessUnmasked(settings, caller);
      const file = await attachments.open({ mailId: params.id, copy, position: params.position });
      await record({ view: 'unmasked', reason, copy, position: params.position, sha256: file.sha256 });
      setHeader('Content-Security-Policy', SANDBOX);
      setHeader('Content-Length', String(file.size));
      return { status: 200, body: { mediaType: 'application/octet-stream', fileName: file.name, chunks: file.chunks } };
    },
  };
}
