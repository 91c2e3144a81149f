/** Nobody's turn came in time: all sessions are in use. */
export class NoLane extends Error {
  constructor() {
    super('No session became free in time.');
    this.name = 'NoLane';
  }
}

interface Waiting {
  go: () => void;
  giveUp: (error: unknown) => void;
}

/**
 * As many at a time as a pool has sessions; the others wait their turn. What makes a source unusable for one fails all
 * that wait for the same pool: each of them would only wait for the same thing once more.
 */
export class Lanes {
  /** Lanes that nobody uses. */
  free: number;
  private readonly waiting = new Set<Waiting>();

  private readonly idle = new Set<() => void>();

  constructor(readonly count: number) {
    this.free = count;
  }

  /** Resolves when nobody uses a lane or waits for one. */
  async whenIdle(): Promise<void> {
    if (this.free < this.count) await new Promise<void>((resolve) => this.idle.add(resolve));
  }

  /** @throws NoLane when it has not begun after `patienceMs`, and what `failWaiting` says */
  async run<T>(work: () => Promise<T>, patienceMs = Infinity): Promise<T> {
    await this.enter(patienceMs);
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  failWaiting(error: unknown): void {
    for (const { giveUp } of [...this.waiting]) giveUp(error);
  }

  private async enter(patienceMs: number): Promise<void> {
    if (this.free > 0) return void (this.free -= 1);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = (error: unknown) => {
      this.waiting.delete(waiting);
      reject(error as Error);
    };
    const waiting = { go: resolve, giveUp };
    const timer = patienceMs === Infinity ? undefined : setTimeout(() => giveUp(new NoLane()), patienceMs);
    this.waiting.add(waiting);
    await promise.finally(() => clearTimeout(timer));
  }

  private leave(): void {
    const [next] = this.waiting;
    if (!next) return this.rest();
    this.waiting.delete(next);
    next.go();
  }

  private rest(): void {
    this.free += 1;
    if (this.free < this.count) return;
    for (const resolve of this.idle) resolve();
    this.idle.clear();
  }
}
