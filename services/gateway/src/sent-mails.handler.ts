import { Refused } from '@tank/contracts';
import type { HandlersOf, Services } from './handlers.js';
import type { RecipientViews } from './privacy/recipient-views.js';
import { ReadSentAttachment } from './mails/read-sent-attachment.js';
import type { SettingsReader } from './settings.handler.js';
import { refuseUnlessUnmasked } from './privacy/unmasked-view.js';

/** Nothing in such a file runs, wherever it is opened. */
const SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'";

/** Each look is written down before anything of it is given. */
export function sentMailHandlers(services: Services, settings: SettingsReader, views: RecipientViews): HandlersOf<'getSentMail' | 'getSentAttachment'> {
  const attachments = new ReadSentAttachment(services);
  return {
    getSentMail: async ({ params, query: { reason, copy = null } }, call) => {
      await refuseUnlessUnmasked(settings, call.caller);
      const mail = await services.ask('sender.sent-mail', { mailId: params.id, copy });
      await views.recordSent({ recipientKey: await recipientKeyOf(services, params.id), to: mail.to }, { reason, copy: mail.copy }, call);
      return { status: 200, body: mail };
    },
    getSentAttachment: async ({ params, query: { reason, copy: asked = null } }, call) => {
      await refuseUnlessUnmasked(settings, call.caller);
      const { position } = params;
      const { copy, to } = await services.ask('sender.sent-mail', { mailId: params.id, copy: asked });
      const recipientKey = await recipientKeyOf(services, params.id);
      const file = await attachments.open({ mailId: params.id, copy, position });
      await views.recordSent({ recipientKey, to }, { reason, copy, position, sha256: file.sha256 }, call);
      call.setHeader('Content-Security-Policy', SANDBOX);
      call.setHeader('Content-Length', String(file.size));
      return { status: 200, body: { mediaType: 'application/octet-stream', fileName: file.name, chunks: file.chunks } };
    },
  };
}

/** Null while the log has not written the mail yet, and once it keeps it no longer. */
async function recipientKeyOf(services: Services, mailId: string): Promise<string | null> {
  try {
    return (await services.ask('logs.get-mail', { mailId })).recipientKey;
  } catch (error) {
    if (error instanceof Refused && error.refusal.code === 'NOT_FOUND') return null;
    throw error;
  }
}
