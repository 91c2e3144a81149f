export interface WaitingRun {
  runId: string;
  automationId: string;
  versionId: string;
}

export interface WaitingRuns {
  /** The oldest waiting run of each automation that may start now. */
  startable(): Promise<WaitingRun[]>;
  /** In a transaction of the leader; false when it may not start any more. */
  start(epoch: number, runId: string, traceparent: string | null): Promise<boolean>;
}

/** Opens the trace of a run, which every mail's trace is linked to. */
export interface RunTraces {
  open(run: WaitingRun): string | null;
}

/** Nothing else starts a run: not a request and not a firing, which only make one that waits. */
export class StartWaitingRuns {
  constructor(private readonly runs: WaitingRuns, private readonly traces: RunTraces, private readonly onStarted: () => void) {}

  async startAll(epoch: number): Promise<void> {
    for (const run of await this.runs.startable()) {
      if (await this.runs.start(epoch, run.runId, this.traces.open(run))) this.onStarted();
    }
  }
}
