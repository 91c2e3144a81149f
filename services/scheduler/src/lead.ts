import type { Bell, Duty } from './bell.js';
import { Loop } from './loop.js';

export interface Leader {
  start(): void;
  /** The epoch this process leads, or undefined. */
  current(): number | undefined;
  lost(): void;
  stop(hasPublishedAll: boolean): Promise<void>;
}

/** One pass of a duty; true when there is more to do right away. */
export type Pass = (epoch: number) => Promise<boolean>;

interface Told {
  /** Whether all that was marked is published or due again. */
  hasPublishedAll(): boolean;
  isLeadershipLost(error: unknown): boolean;
  failed(duty: string, error: unknown): void;
  /** All loops have ended and the lead is given up. */
  stopped(): Promise<void>;
}

/** A firing starts within this time after it is due; the dispatcher usually hears of freed places by the bell. */
const IDLE_MS = 250;
const ERASE_EVERY_MS = 600_000;

/**
 * What the leader does, each duty in a loop of its own: a NATS that does not answer holds up what publishes, and never
 * the clock. A process that does not lead runs the same loops, which then do nothing.
 */
export class Lead {
  private readonly loops: Loop[];

  constructor(private readonly leader: Leader, duties: Record<Duty, Pass>, erase: Pass, bell: Bell, private readonly told: Told) {
    this.loops = (Object.keys(duties) as Duty[]).map((duty) => {
      const loop = this.loopOf(duty, duties[duty], IDLE_MS);
      bell.onRing(duty, () => loop.wake());
      return loop;
    });
    this.loops.push(this.loopOf('erase', erase, ERASE_EVERY_MS));
  }

  onApplicationBootstrap(): void {
    this.leader.start();
    this.loops.forEach((loop) => loop.start());
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
    await this.leader.stop(this.told.hasPublishedAll()).catch((error: unknown) => this.told.failed('resign', error));
    await this.told.stopped();
  }

  private loopOf(duty: string, pass: Pass, idleMs: number): Loop {
    const asLeader = async () => {
      const epoch = this.leader.current();
      return epoch !== undefined && (await pass(epoch));
    };
    return new Loop({ idleMs }, asLeader, (error) => {
      if (this.told.isLeadershipLost(error)) this.leader.lost();
      else this.told.failed(duty, error);
    });
  }
}
