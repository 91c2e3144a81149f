import type { FailedFile, FailedTemplate, MailLog } from './requests.js';

/** `hong@example.com` → `h***@example.com`; what is no address keeps its first letter. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const [first = ''] = address;
  return at > 0 ? `${first}***${address.slice(at)}` : `${first}***`;
}

/** `김철수` → `김*수`, `김철` → `김*` */
export function maskName(name: string): string {
  const letters = [...name.trim().normalize('NFC')];
  if (letters.length <= 2) return letters.map((letter, at) => (at === 0 && letters.length > 1 ? letter : '*')).join('');
  return `${letters[0]}${'*'.repeat(letters.length - 2)}${letters.at(-1)}`;
}

/** A recipient's key that is an address, or has one in it, is masked like one. Any other is the customer's number and stays. */
export function maskKey(key: string): string {
  return hasAddress(key) ? maskAddress(key) : key;
}

export function hasAddress(key: string): boolean {
  return key.includes('@');
}

/** What a text may quote of a recipient, and what stands there instead. One letter of a name would be found in every other word. */
export function quotedOf(to: { address: string; name?: string | undefined } | null, key: string): [quoted: string, masked: string][] {
  return [
    ...(hasAddress(key) ? [[key, maskAddress(key)] as [string, string]] : []),
    ...(to && to.address.trim() !== '' ? [[to.address, maskAddress(to.address)] as [string, string]] : []),
    ...(to?.name && [...to.name].length > 1 ? [[to.name, maskName(to.name)] as [string, string]] : []),
  ];
}

/** A mail of the log without what says who got it: no column and no text of it gives away more than the others. */
export function maskMail<T extends MailLog>(mail: T): T {
  const text = textMask(mail.to, mail.recipientKey);
  return {
    ...mail,
    ...maskRecipient(mail),
    subject: text(mail.subject),
    errorDetail: text(mail.errorDetail),
    updateError: text(mail.updateError),
    messageId: text(mail.messageId),
    attachmentChecks: mail.attachmentChecks.map((check) => ({ ...check, path: text(check.path), detail: text(check.detail) })),
    templateCheck: mail.templateCheck && { ...mail.templateCheck, detail: text(mail.templateCheck.detail) },
  };
}

/** A check that failed, as `maskMail` would show its mail. */
export function maskFailed<T extends FailedFile | FailedTemplate>(failed: T): T {
  const text = textMask(failed.to, failed.recipientKey);
  return { ...failed, ...maskRecipient(failed), detail: text(failed.detail), ...('path' in failed && { path: text(failed.path) }) };
}

function maskRecipient({ recipientKey, to }: Pick<MailLog, 'recipientKey' | 'to'>): Pick<MailLog, 'recipientKey' | 'to'> {
  return { recipientKey: maskKey(recipientKey), to: to && { address: maskAddress(to.address), ...(to.name !== undefined && { name: maskName(to.name) }) } };
}

type TextMask = <T extends string | null>(text: T) => T;

/** Also finds the recipient in another spelling (capitals, letters taken apart as some file systems do), and addresses of anybody. */
export function textMask(to: MailLog['to'], key: string): TextMask {
  const known = quotedOf(to, key).flatMap(([quoted, masked]) => spellings(quoted).map((spelling) => [spelling, masked] as const));
  return ((text: string | null) => {
    if (text === null) return null;
    const withoutKnown = known.reduce((left, [quoted, masked]) => replaceInAnyCase(left, quoted, masked), text);
    return withoutKnown.includes('@') ? withoutKnown.replace(ANY_ADDRESS, maskAddress) : withoutKnown;
  }) as TextMask;
}

/** Not by a pattern made of each name: engines keep patterns, and an export has millions of names. */
function replaceInAnyCase(text: string, quoted: string, masked: string): string {
  const [lowText, lowQuoted] = [text.toLowerCase(), quoted.toLowerCase()];
  // A few letters are longer in lower case: then places do not fit.
  if (lowText.length !== text.length) return text.replaceAll(quoted, () => masked);
  let [left, from] = ['', 0];
  for (let at = lowText.indexOf(lowQuoted); at !== -1; at = lowText.indexOf(lowQuoted, from)) {
    left += text.slice(from, at) + masked;
    from = at + quoted.length;
  }
  return from === 0 ? text : left + text.slice(from);
}

/** Its parts are bounded, so that a long text without any address is read in no time. */
const ANY_ADDRESS = /[\p{L}\p{N}\p{M}.!#$%'*+^_`~-]{1,64}@[\p{L}\p{N}\p{M}-]{1,63}(?:\.[\p{L}\p{N}\p{M}-]{1,63})+/gu;

function spellings(text: string): string[] {
  return [...new Set([text, text.normalize('NFC'), text.normalize('NFD')])];
}
