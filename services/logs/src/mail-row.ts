import type { MailRecorded } from '@tank/contracts';
import type { AddressPrivacy } from './address-privacy.js';
import { cleanText } from './clean-text.js';

/** Longest texts, in UTF-16 units. An index entry takes at most 2,700 bytes, and 500 units are 1,500 in UTF-8. */
const KEY = 500;
const LINE = 1_000;
const TEXT = 4_000;

/** What the log tables keep of one mail: names are the columns'. */
export interface MailRow {
  mail_id: string;
  run_id: string;
  row_no: number;
  automation_id: string;
  version_id: string;
  recipient_key: string;
  recipient_key_hash: string | null;
  recipient_address: string | null;
  recipient_name: string | null;
  address_hash: string | null;
  subject: string | null;
  status: MailRecorded['outcome'];
  error_code: string | null;
  error_detail: string | null;
  message_id: string | null;
  sent_at: string | null;
  settled_at: string;
  attempts: number;
  update_query_ok: 'Y' | 'N' | null;
  update_error: string | null;
  business_date: string;
  trace_id: string | null;
  /** Its trail as written, of which the log is the last. */
  steps: string | null;
  attachments: AttachmentRow[];
  template: { status: string; detail: string | null } | null;
}

export interface AttachmentRow {
  position: number;
  rule: string;
  status: string;
  file_path: string | null;
  file_size: number | null;
  sha256: string | null;
  detail: string | null;
}

/** The rows of one mail, with its recipient as plain as the setting allows. The row's values stay behind. */
export function mailRow(mail: MailRecorded, { traceId, trail }: { traceId: string | null; trail: string }, privacy: AddressPrivacy): MailRow {
  const { text: maskText, subject: maskSubject } = privacy.texts(mail.to, mail.recipientKey);
  const kept = (text: string | null, limit: number) => (text === null ? null : cleanText(text, limit));
  const clean = (text: string | null, limit: number) => kept(maskText(text), limit);
  return {
    mail_id: mail.mailId,
    run_id: mail.runId,
    row_no: mail.row,
    automation_id: mail.automationId,
    version_id: mail.versionId,
    recipient_key: cleanText(privacy.key(mail.recipientKey), KEY),
    recipient_key_hash: privacy.keyHash(mail.recipientKey),
    recipient_address: mail.to && cleanText(privacy.address(mail.to.address), LINE),
    recipient_name: mail.to?.name === undefined ? null : cleanText(privacy.name(mail.to.name), LINE),
    address_hash: mail.to && privacy.hash(mail.to.address),
    subject: kept(maskSubject(mail.subject), LINE),
    status: mail.outcome,
    error_code: mail.errorCode,
    error_detail: clean(mail.errorDetail, TEXT),
    message_id: kept(mail.messageId, KEY),
    sent_at: mail.sentAt,
    settled_at: mail.settledAt,
    attempts: mail.attempts,
    update_query_ok: mail.updateQueryOk,
    update_error: clean(mail.updateError, TEXT),
    business_date: mail.businessDate,
    trace_id: traceId,
    steps: trail || null,
    attachments: mail.attachmentChecks.map((check, position) => ({
      position,
      rule: cleanText(check.rule, LINE),
      status: check.status,
      file_path: clean(check.path, TEXT),
      file_size: check.size === null ? null : Math.round(check.size),
      sha256: kept(check.sha256, KEY),
      detail: clean(check.detail, TEXT),
    })),
    template: mail.templateCheck && { status: mail.templateCheck.status, detail: clean(mail.templateCheck.detail, TEXT) },
  };
}

/** The key as the log keeps it: searching must cut and clean as writing did. */
export function searchableKey(recipientKey: string): string {
  return cleanText(recipientKey, KEY);
}
