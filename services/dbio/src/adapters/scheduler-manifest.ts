import type { Requester } from '@tank/messaging';
import type { Manifest, ManifestChunk, Wait } from '../select-targets.js';

/** The manifest of a run, kept by the scheduler. Throws Refused with the scheduler's words. */
export class SchedulerManifest implements Manifest {
  constructor(private readonly requester: Requester, private readonly timeoutMs: number) {}

  async open(runId: string): Promise<number> {
    return (await this.requester.ask('scheduler.open-manifest', { runId }, { timeoutMs: this.timeoutMs })).attempt;
  }

  async append(chunk: ManifestChunk): Promise<void> {
    await this.requester.ask('scheduler.append-manifest', chunk, { timeoutMs: this.timeoutMs });
  }

  async close(runId: string, attempt: number, rowCount: number): Promise<void> {
    await this.requester.ask('scheduler.close-manifest', { runId, attempt, rowCount }, { timeoutMs: this.timeoutMs });
  }

  async explainWait(wait: Wait): Promise<void> {
    await this.requester.ask('scheduler.explain-wait', wait, { timeoutMs: this.timeoutMs });
  }
}
