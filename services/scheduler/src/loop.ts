/**
 * Does its work again and again: at once after `wake`, or while there is more to do, else every `idleMs`. A pass that
 * throws is told to `onError` and tried again after a pause, so that a database that is away is not hammered.
 */
export class Loop {
  private isStopping = false;
  private isWoken = false;
  private isPausing = false;
  private endRest: () => void = () => undefined;
  private running?: Promise<void>;

  constructor(
    private readonly options: { idleMs: number; errorPauseMs?: number },
    /** One pass; true when there is more to do right away. */
    private readonly pass: () => Promise<boolean>,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.running = this.run();
  }

  wake(): void {
    this.isWoken = true;
    if (!this.isPausing) this.endRest();
  }

  /** Resolves when the pass in hand is done. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.endRest();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      this.isWoken = false;
      try {
        const hasMore = await this.pass();
        if (!hasMore && !this.isWoken) await this.rest(this.options.idleMs);
      } catch (error) {
        this.onError(error);
        this.isPausing = true;
        await this.rest(this.options.errorPauseMs ?? 1000);
        this.isPausing = false;
      }
    }
  }

  private rest(ms: number): Promise<void> {
    if (this.isStopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
