import { Refused, TryLater, type RunStatus } from '@tank/contracts';
import type { Requester } from '@tank/messaging';
import type { From } from '../prepare-mail.js';
import type { Automations } from '../send-mail.js';
import type { Runs } from '../settle-from-ledger.js';

const STATUS_KNOWN_MS = 1_000;
const ANSWER_WITHIN_MS = 3_000;
const SILENT_LATER_MS = 1_000;
const KEPT = 500;

type Rules = { from: From | null; resendWhenInDoubt: boolean };
type Ask = Pick<Requester, 'ask'>;

/** Whether a run may still send, known for a second: a thousand mails of a run ask once. */
export class RunStatuses implements Runs {
  readonly #known = new Map<string, { status: Promise<RunStatus>; untilMs: number }>();

  constructor(private readonly requester: Ask) {}

  statusOf(runId: string): Promise<RunStatus> {
    const known = this.#known.get(runId);
    if (known && performance.now() < known.untilMs) return known.status;
    const status = this.#ask(runId);
    keep(this.#known, runId, { status, untilMs: performance.now() + STATUS_KNOWN_MS });
    status.catch(() => this.#known.delete(runId));
    return status;
  }

  async #ask(runId: string): Promise<RunStatus> {
    try {
      return (await this.requester.ask('scheduler.run-status', { runId }, { timeoutMs: ANSWER_WITHIN_MS })).status;
    } catch (error) {
      throw laterIfSilent(error);
    }
  }
}

/** From whom an automation sends. A version never changes, so an answer is good for ever. */
export class AutomationVersions implements Automations {
  readonly #known = new Map<string, Promise<Rules>>();

  constructor(private readonly requester: Ask) {}

  sendingRules(versionId: string): Promise<Rules> {
    const known = this.#known.get(versionId);
    if (known) return known;
    const rules = this.#ask(versionId);
    keep(this.#known, versionId, rules);
    rules.catch(() => this.#known.delete(versionId));
    return rules;
  }

  async #ask(versionId: string): Promise<Rules> {
    try {
      const { definition } = await this.requester.ask('scheduler.get-version', { versionId }, { timeoutMs: ANSWER_WITHIN_MS });
      return { from: definition.sender, resendWhenInDoubt: definition.resendWhenInDoubt };
    } catch (error) {
      throw laterIfSilent(error);
    }
  }
}

function keep<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > KEPT) map.delete(map.keys().next().value!);
}

function laterIfSilent(error: unknown): unknown {
  const isSilent = error instanceof Refused && error.refusal.code === 'UNAVAILABLE';
  return isSilent ? new TryLater('The scheduler does not answer.', SILENT_LATER_MS, { cause: error }) : error;
}
