/** A file as one mail is about to take it: where it is stored (device and inode) and what is in it. */
export interface Claim {
  identity: string;
  sha256: string;
}

const MAX_CLAIMS = 400_000;

/**
 * Who took which file, for the runs at hand: one file for two recipients of a run is DUPLICATED, by place or by content.
 *
 * This finds it early and cheaply, and forgets: another replica, a restart or a very long run (`maxClaims`) knows nothing of
 * what was claimed here. The word that counts is the sender's, whose ledger keeps the claims of a run under a unique
 * constraint, in the transaction of the intent to send. The first claimer may already be on its way when the second
 * comes, so it is the second that is stopped: which of them the file belongs to, nobody here can know.
 */
export class FileClaims {
  readonly #runs = new Map<string, Map<string, string>>();
  #count = 0;

  constructor(private readonly maxClaims = MAX_CLAIMS) {}

  /**
   * Takes a file for a mail. The same mail may come again (a redelivery) and keeps what it took.
   * @returns false when another mail of the run took it first.
   */
  take(runId: string, mailId: string, { identity, sha256 }: Claim): boolean {
    const claims = this.#ofRun(runId);
    const keys = [`i${identity}`, `c${sha256}`];
    if (keys.some((key) => (claims.get(key) ?? mailId) !== mailId)) return false;
    for (const key of keys) {
      if (!claims.has(key)) this.#count += 1;
      claims.set(key, mailId);
    }
    this.#forgetOldest();
    return true;
  }

  #ofRun(runId: string): Map<string, string> {
    const claims = this.#runs.get(runId) ?? new Map<string, string>();
    this.#runs.delete(runId);
    this.#runs.set(runId, claims); // the run used last stands last
    return claims;
  }

  #forgetOldest(): void {
    while (this.#count > this.maxClaims) {
      const [runId, claims] = this.#runs.entries().next().value!;
      const key = claims.keys().next().value;
      if (key === undefined) this.#runs.delete(runId);
      else {
        claims.delete(key);
        this.#count -= 1;
      }
    }
  }
}
