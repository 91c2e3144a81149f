import type { AutomationVersion } from '@tank/contracts';
import type { Requester } from '@tank/messaging';

const REMEMBERED = 200;

/** Versions as the scheduler gives them. One that a run uses never changes, so each is asked for once. */
export class SchedulerVersions {
  private readonly asked = new Map<string, Promise<AutomationVersion>>();

  constructor(private readonly scheduler: Pick<Requester, 'ask'>) {}

  /** @throws Refused; UNAVAILABLE when the scheduler does not answer */
  find(versionId: string): Promise<AutomationVersion> {
    const found = this.asked.get(versionId) ?? this.ask(versionId);
    this.asked.delete(versionId);
    this.asked.set(versionId, found);
    const [oldest] = this.asked.keys();
    if (this.asked.size > REMEMBERED && oldest !== undefined) this.asked.delete(oldest);
    return found;
  }

  private ask(versionId: string): Promise<AutomationVersion> {
    const answer = this.scheduler.ask('scheduler.get-version', { versionId });
    answer.catch(() => this.asked.get(versionId) === answer && this.asked.delete(versionId));
    return answer;
  }
}
