import type { MailGivenBack, MailLogged, Outcome, RunHalted } from '@tank/contracts';

export interface SettleResult {
  /** Runs that ended with this. */
  ended: string[];
  /** Mails already settled otherwise: something outside said two things about one mail. */
  contradicted: { runId: string; row: number; outcome: Outcome; told: Outcome }[];
}

export interface SettleStore {
  /** At most one message a row. Idempotent; the only change of an outcome is IN_DOUBT to SENT or FAIL. */
  complete(logged: MailLogged[]): Promise<SettleResult>;
  /** Rows whose latest dispatch this is wait again; the run sends nothing before the longest `retryAfterMs` is over. */
  giveBack(given: MailGivenBack[]): Promise<void>;
  /** FAIL: cancels what was never dispatched; the run ends when the rest has settled. PAUSED: nothing more is dispatched. */
  halt(halted: RunHalted): Promise<SettleResult>;
}

export interface SettleTold {
  changed(): void;
  runEnded(): void;
  contradicted(mail: SettleResult['contradicted'][number]): void;
}

/** What comes back from the road: a mail is logged, given back, or its whole run cannot go on. Each may come twice. */
export class SettleMails {
  constructor(private readonly store: SettleStore, private readonly told: SettleTold) {}

  async complete(logged: MailLogged[]): Promise<void> {
    this.tell(await this.store.complete(lastOfEachMail(logged)));
  }

  async giveBack(given: MailGivenBack[]): Promise<void> {
    await this.store.giveBack(given);
    this.told.changed();
  }

  async halt(halted: RunHalted): Promise<void> {
    this.tell(await this.store.halt(halted));
  }

  private tell({ ended, contradicted }: SettleResult): void {
    contradicted.forEach((mail) => this.told.contradicted(mail));
    this.told.changed();
    if (ended.length > 0) this.told.runEnded();
  }
}

/** One batch may hold two messages about one mail; that it is certain now outweighs that it was in doubt. */
function lastOfEachMail(logged: MailLogged[]): MailLogged[] {
  const byMail = new Map<string, MailLogged>();
  for (const one of logged) {
    const before = byMail.get(one.mailId);
    if (!before || one.outcome !== 'IN_DOUBT') byMail.set(one.mailId, one);
  }
  return [...byMail.values()];
}
