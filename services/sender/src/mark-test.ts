import type { TestMail } from '@tank/contracts';

type Marked = Pick<TestMail, 'subject' | 'html' | 'text'>;

const PREFIX = { en: '[TEST] ', ko: '[테스트] ' };
const SAYS = {
  en: (insteadOf: string | null) => `This is a test. ${insteadOf === null ? 'The row has no address to send the original to.' : `The original would go to ${insteadOf}.`}`,
  ko: (insteadOf: string | null) => `테스트 메일입니다. ${insteadOf === null ? '이 행에는 원래 보낼 주소가 없습니다.' : `실제 메일은 ${insteadOf}(으)로 발송됩니다.`}`,
};
/** Whatever the template's style sheet says of a div. */
const STYLE = 'display:block !important;visibility:visible !important;margin:0 0 16px !important;padding:12px !important;'
  + 'background:#fff3cd !important;color:#5c4400 !important;border:1px solid #e0b400 !important;font:bold 14px sans-serif !important';
/** A comment, or the opening tag of the body with quoted values that may hold a `>`. */
const COMMENT_OR_BODY = /<!--[\s\S]*?(?:-->|$)|<body(?:\s(?:"[^"]*"|'[^']*'|[^'">])*)?>/gi;

/** The same mail, marked as a test in subject, HTML and text, with whom the original would go to. */
export function markTest({ subject, html, text, language, insteadOf }: Marked & Pick<TestMail, 'language' | 'insteadOf'>): Marked {
  const sentence = SAYS[language](insteadOf);
  const banner = `<div style="${STYLE}">${escapeHtml(sentence)}</div>`;
  const body = [...html.matchAll(COMMENT_OR_BODY)].find(([found]) => !found.startsWith('<!--'));
  const at = body ? body.index + body[0].length : 0;
  return { subject: PREFIX[language] + subject, html: html.slice(0, at) + banner + html.slice(at), text: `*** ${sentence} ***\n\n${text}` };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
