/**
 * As many at a time as a pool has sessions; the others wait their turn. What makes a source unusable for one fails all
 * that wait for the same pool: each of them would only wait for the same thing once more.
 */
export class Lanes {
  private free: number;
  private waiting: { go: () => void; giveUp: (error: unknown) => void }[] = [];

  constructor(count: number) {
    this.free = count;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  failWaiting(error: unknown): void {
    for (const { giveUp } of this.waiting.splice(0)) giveUp(error);
  }

  private async enter(): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((go, giveUp) => this.waiting.push({ go, giveUp }));
  }

  private leave(): void {
    const next = this.waiting.shift();
    if (next) next.go();
    else this.free += 1;
  }
}
