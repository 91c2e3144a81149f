import { Refused, type Answer, type Asks, type Outcome } from '@tank/contracts';
import type { Ledger, LedgerEntry } from './ledger.js';
import { FileChanged, FilesUnreachable } from './prepare-mail.js';
import { SealBroken, type OpenContent, type SealedContent, type SentAttachment, type SentContent } from './sent-content.js';
import { brokenSeal, goneFile, keptNoLonger, neverSent, noSuchAttachment, noSuchCopy, notKept, unreachableFiles, withoutStamp } from './why-not-shown.js';

export interface KeptCopy extends SealedContent {
  copy: number;
  keptAt: Date;
}
export interface KeptMails {
  /** In their order. */
  copiesOf(mailId: string): Promise<KeptCopy[]>;
}
export interface RunDates {
  /** When the mail's run was made. @throws Refused NOT_FOUND for a mail that no run has, UNAVAILABLE */
  runMadeAt(mailId: string): Promise<Date>;
}
export interface FilePart {
  bytes: Buffer;
  /** Which file it was, in which state. */
  stamp: string;
}
/** Files that were sent, read again. @throws FileChanged, FilesUnreachable */
export interface SentFiles {
  /** The first bytes of the file, once the whole of it has been read and found to be the one that was sent. */
  first(file: SentAttachment, limit: number): Promise<FilePart>;
  /** Further bytes, of the file that the stamp was given for. */
  next(file: SentAttachment, part: { offset: number; limit: number; stamp: string }): Promise<FilePart>;
}
export interface DaysKept {
  ledger: number;
  /** No longer than the ledger; 0: none are kept, and those of before go, too. */
  sentMails: number;
}
interface Opened {
  entry: LedgerEntry;
  kept: KeptCopy;
  content: SentContent;
  copies: number;
}
type AsksMail = Pick<Asks<'sender.sent-mail'>, 'mailId' | 'copy'>;
const DAY_MS = 86_400_000;

/** Shows a mail as it was handed to SES. Whoever may look, and that somebody did, is the gateway's to say. */
export class ShowSentMail {
  constructor(
    private readonly ledger: Pick<Ledger, 'find'>,
    private readonly mails: KeptMails,
    private readonly open: OpenContent,
    private readonly files: SentFiles,
    private readonly runs: RunDates,
    private readonly days: DaysKept,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** @throws Refused */
  async show(asks: AsksMail): Promise<Answer<'sender.sent-mail'>> {
    const { entry, kept, content, copies } = await this.opened(asks);
    const { attachments, ...words } = content;
    return {
      mailId: asks.mailId, ...endOf(entry, kept.copy), handedOverAt: kept.keptAt.toISOString(), copy: kept.copy, copies, ...words,
      attachments: attachments.map((one, at) => ({ position: at + 1, ...one })),
    };
  }

  /** @throws Refused */
  async attachment(asks: Asks<'sender.sent-attachment'>): Promise<Answer<'sender.sent-attachment'>> {
    const { mailId, position, offset, limit, stamp } = asks;
    const file = (await this.opened(asks)).content.attachments[position - 1];
    if (!file) throw noSuchAttachment(mailId, position);
    if (offset > 0 && stamp === null) throw withoutStamp();
    try {
      const part = await (offset > 0 && stamp !== null ? this.files.next(file, { offset, limit, stamp }) : this.files.first(file, limit));
      return { name: file.name, size: file.size, sha256: file.sha256, offset, base64: part.bytes.toString('base64'), stamp: part.stamp };
    } catch (error) {
      if (error instanceof FileChanged) throw goneFile(position, error);
      if (error instanceof FilesUnreachable) throw unreachableFiles(error);
      throw error;
    }
  }

  private async opened({ mailId, copy }: AsksMail): Promise<Opened> {
    const entry = await this.ledger.find(mailId);
    if (!entry) throw await this.unknownToLedger(mailId);
    const copies = (await this.mails.copiesOf(mailId)).filter((kept) => mayHaveArrived(kept, entry));
    const last = copies.at(-1);
    if (!last) throw this.whyNone(mailId, entry);
    const kept = copy === null ? last : copies.find((one) => one.copy === copy);
    if (!kept) throw noSuchCopy(mailId, last.copy);
    return { entry, kept, content: this.openOrSayWhy(mailId, kept), copies: last.copy };
  }

  private openOrSayWhy(mailId: string, kept: KeptCopy): SentContent {
    try {
      return this.open(kept, { mailId, copy: kept.copy });
    } catch (error) {
      if (error instanceof SealBroken) throw brokenSeal(mailId, error);
      throw error;
    }
  }

  private async unknownToLedger(mailId: string): Promise<Refused> {
    const ageMs = this.now().getTime() - (await this.runs.runMadeAt(mailId)).getTime();
    return ageMs > this.days.ledger * DAY_MS ? keptNoLonger(mailId, this.days.sentMails || this.days.ledger) : neverSent(mailId, null);
  }

  private whyNone(mailId: string, entry: LedgerEntry): Refused {
    if (!wasHandedOver(entry)) return neverSent(mailId, entry.settlement?.outcome ?? null);
    if (this.days.sentMails > 0 && (entry.intentAgeMs ?? 0) > this.days.sentMails * DAY_MS) return keptNoLonger(mailId, this.days.sentMails);
    return notKept(mailId, this.days.sentMails > 0);
  }
}

/** NOT_SENT and CLOSED: SES certainly took nothing, unless it was in doubt before its resend. */
function wasHandedOver({ state, resends }: LedgerEntry): boolean {
  return resends > 0 || (state !== 'NOT_SENT' && state !== 'CLOSED');
}

function mayHaveArrived({ copy }: KeptCopy, entry: LedgerEntry): boolean {
  return wasHandedOver(entry) && (entry.state !== 'NOT_SENT' || copy <= entry.resends);
}

/** A copy that was sent again was in doubt, and stays so. */
function endOf({ state, resends, settlement }: LedgerEntry, copy: number): { outcome: Outcome | null; messageId: string | null } {
  if (copy <= resends || state === 'NOT_SENT') return { outcome: 'IN_DOUBT', messageId: null };
  return { outcome: settlement?.outcome ?? null, messageId: settlement?.messageId ?? null };
}
