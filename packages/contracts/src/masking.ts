import type { FailedFile, FailedTemplate, MailLog } from './requests.js';

/** `hong@example.com` → `h***@example.com`; what is no address keeps its first letter. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const [first = ''] = address;
  return at > 0 ? `${first}***${address.slice(at)}` : `${first}***`;
}

/** `김철수` → `김*수`, `김철` and `김 철` → `김*` */
export function maskName(name: string): string {
  const letters = [...lettersOf(name)];
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

/** A mail of the log without what says who got it: no column and no text of it gives away more than the others. */
export function maskMail<T extends MailLog>(mail: T): T {
  const { text, subject } = recipientMasks(mail.to, mail.recipientKey);
  return {
    ...mail,
    ...maskRecipient(mail),
    subject: subject(mail.subject),
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

export type TextMask = <T extends string | null>(text: T) => T;

/** Also finds the recipient in another spelling (capitals, other blanks, letters taken apart as some file systems do), and addresses of anybody. */
export function textMask(to: MailLog['to'], key: string): TextMask {
  const known = quotedOf(to, key);
  const letter = onlyLetterOf(to?.name);
  return ((text: string | null) => {
    if (text === null) return null;
    const withoutKnown = known.reduce(hide, text);
    const withoutLetter = letter === null ? withoutKnown : withoutKnown.replace(LETTER_WITH_TITLE, (one) => (one.toUpperCase() === letter ? '*' : one));
    return withoutLetter.includes('@') ? withoutLetter.replace(ANY_ADDRESS, maskAddress) : withoutLetter;
  }) as TextMask;
}

export interface RecipientMasks {
  text: TextMask;
  /** Where the mail has no name, whoever is spoken to in its subject may be the recipient. */
  subject: TextMask;
}

/** For all texts of one mail. */
export function recipientMasks(to: MailLog['to'], key: string): RecipientMasks {
  const text = textMask(to, key);
  const hasName = (to?.name ?? '').trim() !== '';
  return { text, subject: hasName ? text : ((subject: string | null) => (subject === null ? null : maskSpokenTo(text(subject)))) as TextMask };
}

const LETTER_WITH_TITLE = /[\p{L}\p{N}](?=\s*(?:님|씨|고객|귀하))/gu;
/** Two to four letters of Hangul, also apart, before a title; not what is left of a name that is masked already. */
const NAME_WITH_TITLE = /((?<![가-힣*])(?:[가-힣]\s+(?!고객|회원)){1,3}[가-힣]{1,3}|(?<!\*)[가-힣]{2,4})(?=\s*(?:고객님|님|씨|귀하))/gu;
const ANYBODY = new Set(['고객', '회원']);

function maskSpokenTo(text: string): string {
  const whole = text.normalize('NFC');
  const masked = whole.replace(NAME_WITH_TITLE, (name) => (ANYBODY.has(name) ? name : maskName(name)));
  return masked === whole ? text : masked;
}

interface Quoted {
  /** As they are compared: without blanks, in capitals. */
  letters: string;
  masked: string;
}

/** What a text may quote of a recipient, and what stands there instead. One letter of a name would be found in every other word. */
function quotedOf(to: MailLog['to'], key: string): Quoted[] {
  const quoted: Quoted[] = [];
  if (hasAddress(key)) quoted.push({ letters: comparable(key), masked: maskAddress(key) });
  if (to && to.address.trim() !== '' && to.address !== key) quoted.push({ letters: comparable(to.address), masked: maskAddress(to.address) });
  if (to?.name && onlyLetterOf(to.name) === null) quoted.push({ letters: comparable(to.name), masked: maskName(to.name) });
  return quoted.filter(({ letters }) => letters !== '');
}

function onlyLetterOf(name: string | undefined): string | null {
  const letters = name === undefined ? '' : lettersOf(name);
  return [...letters].length === 1 ? letters.toUpperCase() : null;
}

/** Not by a pattern made of each name: engines keep patterns, and an export has millions of names. */
function hide(text: string, { letters, masked }: Quoted): string {
  const compared = comparable(text);
  if (!compared.includes(letters)) return text;
  const whole = text.normalize('NFC');
  const places = placesOfLetters(whole);
  let [left, from, end] = ['', 0, 0];
  for (let at = compared.indexOf(letters); at !== -1; at = compared.indexOf(letters, end)) {
    end = at + letters.length;
    left += whole.slice(from, places[at]) + masked;
    from = places[end - 1]! + 1;
  }
  return left + whole.slice(from);
}

/** Where each letter of `lettersOf` stands. */
function placesOfLetters(text: string): number[] {
  const places: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const isPlain = (code > 0x20 && code < 0x7f) || (code >= 0xac00 && code <= 0xd7a3); // most letters are: a pattern for each would take ten times as long
    if (isPlain || !BLANK.test(text[at]!)) places.push(at);
  }
  return places;
}

/**
 * What texts are compared by: letters in capitals, each in its own place. Capitals, since what is the capital of a letter does not
 * depend on its neighbours, as in Greek its small one does.
 */
function comparable(text: string): string {
  const letters = lettersOf(text);
  const capitals = letters.toUpperCase();
  if (capitals.length === letters.length) return capitals;
  return [...letters].map((one) => (one.toUpperCase().length === one.length ? one.toUpperCase() : one)).join('');
}

function lettersOf(text: string): string {
  return text.normalize('NFC').replace(BLANKS, '');
}

/** Those without width, too. */
const BLANK = /[\s\u00ad\u200b-\u200d\u2060]/u;
const BLANKS = new RegExp(`${BLANK.source}+`, 'gu');

/** Its parts are bounded, so that a long text without any address is read in no time. */
const ANY_ADDRESS = /[\p{L}\p{N}\p{M}.!#$%'*+^_`~-]{1,64}@[\p{L}\p{N}\p{M}-]{1,63}(?:\.[\p{L}\p{N}\p{M}-]{1,63})+/gu;

/** All of a text; where there is an @ but nothing that is an address, the text itself. */
export function addressesIn(text: string): string[] {
  return hasAddress(text) ? (text.match(ANY_ADDRESS) ?? [text.trim()]) : [];
}
