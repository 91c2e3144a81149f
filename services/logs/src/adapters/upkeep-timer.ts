import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { HealthProbe } from '@tank/messaging';
import { createLog } from '@tank/telemetry';
import type { LogUpkeep } from '../log-upkeep.js';

const EVERY_MS = 3_600_000;
const log = createLog('logs');

/** Runs the upkeep at the start and every hour. A pass that failed is tried again in an hour, and health says so. */
export class UpkeepTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly probe: HealthProbe = {
    name: 'log-upkeep',
    check: async () => (this.problem === null ? { status: 'ok', detail: null } : { status: 'degraded', detail: this.problem }),
  };
  private timer: NodeJS.Timeout | undefined;
  private pass: Promise<void> = Promise.resolve();
  private problem: string | null = null;

  constructor(private readonly upkeep: LogUpkeep) {}

  /** The partitions are there before the first message; erasing may take its time. */
  async onApplicationBootstrap(): Promise<void> {
    await this.upkeep.prepare();
    this.pass = this.erase();
    this.timer = setInterval(() => void (this.pass = this.pass.then(() => this.prepareAndErase())), EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.upkeep.stop();
    await this.pass;
  }

  private prepareAndErase(): Promise<void> {
    return this.attempt(async () => {
      await this.upkeep.prepare();
      await this.upkeep.erase();
    });
  }

  private erase(): Promise<void> {
    return this.attempt(() => this.upkeep.erase());
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.problem = null;
    } catch (error) {
      this.problem = `The upkeep of the logs failed (${(error as Error).message}): it is tried again every hour.`;
      log.error('logs.upkeep', error);
    }
  }
}
