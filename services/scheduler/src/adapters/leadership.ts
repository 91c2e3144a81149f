import { performance } from 'node:perf_hooks';
import type { LogsDb, Sql } from '@tank/logs-db';
import type { Log } from '@tank/telemetry';

/** Only who resigned leaves the lease at minus infinity: all it has marked is published, and its successor need not do so again. */
const TAKE = `
  UPDATE leadership SET epoch = epoch + 1, holder = $1, lease_until = clock_timestamp() + $2 * interval '1 ms',
    unsure_before = CASE lease_until WHEN '-infinity' THEN unsure_before ELSE clock_timestamp() END
  WHERE lease_until < clock_timestamp()
  RETURNING epoch`;
const RENEW = `
  UPDATE leadership SET lease_until = clock_timestamp() + $3 * interval '1 ms' WHERE epoch = $1 AND holder = $2 RETURNING epoch`;
/** Like a lease that runs out now. */
const GIVE_UP = `UPDATE leadership SET lease_until = clock_timestamp() WHERE epoch = $1 AND holder = $2`;
const RESIGN = `UPDATE leadership SET lease_until = '-infinity' WHERE epoch = $1 AND holder = $2`;
/** The share lock holds a successor off until this transaction has ended; whoever comes later finds another epoch. */
const CHECK = 'SELECT epoch FROM leadership WHERE epoch = $1 FOR SHARE';

/** Another scheduler leads by now: what this one was about to do is left to it. */
export class LeadershipLost extends Error {
  constructor(epoch: number) {
    super(`Epoch ${epoch} is over: another scheduler leads.`);
    this.name = 'LeadershipLost';
  }
}

/** A transaction that only the leader of this epoch can commit. @throws LeadershipLost, having changed nothing. */
export function asLeader<T>(db: LogsDb, epoch: number, work: (sql: Sql) => Promise<T>): Promise<T> {
  return db.transaction(async (sql) => {
    const [current] = await sql.query(CHECK, [epoch]);
    if (!current) throw new LeadershipLost(epoch);
    return work(sql);
  });
}

/**
 * One of several schedulers leads. It holds a lease in the database and renews it; when the lease runs out another takes
 * the next epoch. A process that sleeps through its lease may still think that it leads: the epoch in its transactions,
 * not its own opinion, keeps it from doing anything.
 */
export class Leadership {
  private epoch?: number;
  private validUntil = 0;
  private timer?: NodeJS.Timeout;
  private turning?: Promise<void>;

  constructor(
    private readonly db: LogsDb,
    private readonly options: { holder: string; leaseMs: number },
    private readonly log: Log,
    /** At the beginning of an epoch. */
    private readonly onTaken: () => Promise<void> = async () => undefined,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.turn(), this.options.leaseMs / 3);
    void this.turn();
  }

  /** The epoch this process leads, or undefined. */
  current(): number | undefined {
    return performance.now() < this.validUntil ? this.epoch : undefined;
  }

  /** A transaction found another epoch. */
  lost(): void {
    this.log.warn('leadership.lost', { epoch: this.epoch });
    this.epoch = undefined;
  }

  /**
   * Lets another lead at once, after the last pass of every duty.
   * @param hasPublishedAll whether all that this process has marked is published or due again.
   */
  async stop(hasPublishedAll: boolean): Promise<void> {
    clearInterval(this.timer);
    await this.turning;
    if (this.epoch !== undefined) await this.db.query(hasPublishedAll ? RESIGN : GIVE_UP, [this.epoch, this.options.holder]);
    this.epoch = undefined;
  }

  /** Renews the lease, or takes it when it is free. One at a time. */
  turn(): Promise<void> {
    this.turning ??= this.renewOrTake()
      .catch((error: unknown) => this.log.error('leadership.turn', error))
      .finally(() => (this.turning = undefined));
    return this.turning;
  }

  private async renewOrTake(): Promise<void> {
    const { holder, leaseMs } = this.options;
    // By our own clock the lease begins before the statement that begins it by the database's.
    const until = performance.now() + leaseMs;
    if (this.epoch !== undefined) {
      const [renewed] = await this.db.query(RENEW, [this.epoch, holder, leaseMs]);
      if (renewed) this.validUntil = until;
      else this.lost();
      return;
    }
    const [taken] = await this.db.query<{ epoch: number }>(TAKE, [holder, leaseMs]);
    if (!taken) return;
    this.epoch = taken.epoch;
    this.log.info('leadership.taken', { epoch: taken.epoch });
    this.validUntil = until;
    await this.onTaken();
  }
}
