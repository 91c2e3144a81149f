import { Refused, TryLater, type Mail, type RunStatus } from '@tank/contracts';
import type { AutomationVersions, Requester } from '@tank/messaging';
import type { From } from '../prepare-mail.js';
import type { Automations } from '../send-mail.js';
import type { Manifest } from '../settle-doubt.js';
import type { Runs } from '../settle-from-ledger.js';
import type { RunDates } from '../show-sent-mail.js';

const STATUS_KNOWN_MS = 1_000;
export const ANSWER_WITHIN_MS = 3_000;
const SILENT_LATER_MS = 1_000;
const KEPT = 500;

type Rules = { from: From | null; resendWhenInDoubt: boolean };
type KnownStatus = { status: Promise<RunStatus>; untilMs: number };

/** Whether a run may still send, known for a second: a thousand mails of a run ask once. */
export class RunStatuses implements Runs {
  readonly #known = new Map<string, KnownStatus>();

  constructor(private readonly requester: Pick<Requester, 'ask'>) {}

  statusOf(runId: string): Promise<RunStatus> {
    const known = this.#known.get(runId);
    if (known && performance.now() < known.untilMs) return known.status;
    const status = this.#ask(runId);
    this.#keep(runId, { status, untilMs: performance.now() + STATUS_KNOWN_MS });
    status.catch(() => this.#known.delete(runId));
    return status;
  }

  async #ask(runId: string): Promise<RunStatus> {
    try {
      return (await this.requester.ask('scheduler.run-status', { runId }, { timeoutMs: ANSWER_WITHIN_MS })).status;
    } catch (error) {
      if (!(error instanceof Refused) || error.refusal.code !== 'UNAVAILABLE') throw error;
      throw new TryLater('The scheduler does not answer.', SILENT_LATER_MS, { cause: error });
    }
  }

  #keep(runId: string, status: KnownStatus): void {
    this.#known.delete(runId);
    this.#known.set(runId, status);
    if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value!);
  }
}

/** Mails as their runs' manifests have them. */
export class ManifestMails implements Manifest {
  constructor(private readonly requester: Pick<Requester, 'ask'>) {}

  mail(mailId: string): Promise<Mail> {
    return this.requester.ask('scheduler.get-mail', { mailId }, { timeoutMs: ANSWER_WITHIN_MS });
  }
}

/** When the run of a mail was made. */
export class RunsOfMails implements RunDates {
  constructor(private readonly requester: Pick<Requester, 'ask'>) {}

  async runMadeAt(mailId: string): Promise<Date> {
    const { runId } = await this.requester.ask('scheduler.get-mail', { mailId }, { timeoutMs: ANSWER_WITHIN_MS });
    const { createdAt } = await this.requester.ask('scheduler.get-run', { runId }, { timeoutMs: ANSWER_WITHIN_MS });
    return new Date(createdAt);
  }
}

/** From whom an automation sends. */
export class SendingRules implements Automations {
  constructor(private readonly versions: Pick<AutomationVersions, 'get'>) {}

  async sendingRules(versionId: string): Promise<Rules> {
    const { definition } = await this.versions.get(versionId);
    return { from: definition.sender, resendWhenInDoubt: definition.resendWhenInDoubt };
  }
}
