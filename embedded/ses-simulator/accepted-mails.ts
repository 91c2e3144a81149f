export interface AcceptedMail {
  messageId: string;
  mailId: string | null;
  tags: Record<string, string>;
  from: string | null;
  to: string[];
  configurationSet: string | null;
  /** Milliseconds since the epoch. */
  acceptedAtMs: number;
  bytes: number;
  /** The MIME message; empty beyond the kept number of bodies. */
  raw: Buffer;
}

/** What SES would have sent on. A mail id that is here twice was sent twice. */
export class AcceptedMails {
  readonly #keepBodies: number;
  #mails: AcceptedMail[] = [];

  constructor(keepBodies = 2_000) {
    this.#keepBodies = keepBodies;
  }

  add(mail: AcceptedMail): void {
    this.#mails.push(this.#mails.length < this.#keepBodies ? mail : { ...mail, raw: Buffer.alloc(0) });
  }

  all(): AcceptedMail[] {
    return this.#mails;
  }

  countOf(mailId: string): number {
    return this.#mails.filter((mail) => mail.mailId === mailId).length;
  }

  /** Mail ids that were accepted more than once, with how often. */
  duplicates(): Record<string, number> {
    const counts = new Map<string, number>();
    for (const { mailId } of this.#mails) if (mailId !== null) counts.set(mailId, (counts.get(mailId) ?? 0) + 1);
    return Object.fromEntries([...counts].filter(([, count]) => count > 1));
  }

  sentLast24Hours(nowMs: number): number {
    return this.#mails.reduce((sum, mail) => sum + (mail.acceptedAtMs > nowMs - 86_400_000 ? mail.to.length : 0), 0);
  }

  /** Accepted mails by second of the clock (epoch seconds). */
  histogram(): Record<string, number> {
    const seconds: Record<string, number> = {};
    for (const { acceptedAtMs } of this.#mails) {
      const second = String(Math.floor(acceptedAtMs / 1000));
      seconds[second] = (seconds[second] ?? 0) + 1;
    }
    return seconds;
  }

  /** The most mails accepted in any window of this length, wherever it starts. */
  peak(windowMs = 1_000): number {
    const times = this.#mails.map((mail) => mail.acceptedAtMs).sort((a, b) => a - b);
    let most = 0;
    let first = 0;
    for (let last = 0; last < times.length; last += 1) {
      while (times[last]! - times[first]! >= windowMs) first += 1;
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  clear(): void {
    this.#mails = [];
  }
}
