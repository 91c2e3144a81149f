import type { Connection } from '@tank/contracts';
import { createLog } from '@tank/telemetry';
import { SourceFailed, type Source, type Sources } from '../source.js';
import type { ConnectionStore } from './connection-store.js';
import type { GuardedSource } from './guarded-source.js';
import { CannotOpen } from './sealed-password.js';

interface Opened {
  source: GuardedSource;
  revision: number;
  checkedAt: number;
}

const log = createLog('dbio');

/** The sources in use, each with its pool and its breaker. A changed connection replaces its source within seconds. */
export class OpenSources implements Sources {
  private readonly opened = new Map<string, Opened>();
  private readonly opening = new Map<string, Promise<Opened>>();

  constructor(
    private readonly store: Pick<ConnectionStore, 'find' | 'revisionOf'>,
    private readonly open: (connection: Connection, password: string) => GuardedSource,
    /** How long a connection is used before its table is looked at again. */
    private readonly recheckMs = 3_000,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * @throws Refused NOT_FOUND or UNAVAILABLE, SourceFailed when its password cannot be opened with this key.
   */
  async sourceOf(connectionId: string): Promise<Source> {
    const known = this.opened.get(connectionId);
    if (known && this.now() - known.checkedAt < this.recheckMs) return known.source;
    const running = this.opening.get(connectionId) ?? this.lookAgain(connectionId, known).finally(() => this.opening.delete(connectionId));
    this.opening.set(connectionId, running);
    return (await running).source;
  }

  /** Sources whose breaker is open, by name. */
  broken(): { name: string; why: string }[] {
    return [...this.opened.values()].flatMap(({ source }) => {
      const problem = source.openBecause();
      return problem ? [{ name: source.name, why: problem.message }] : [];
    });
  }

  async close(): Promise<void> {
    const all = [...this.opened.values()];
    this.opened.clear();
    await Promise.all(all.map(({ source }) => source.close()));
  }

  private async lookAgain(connectionId: string, known: Opened | undefined): Promise<Opened> {
    const checkedAt = this.now();
    if (known && (await this.store.revisionOf(connectionId)) === known.revision) return Object.assign(known, { checkedAt });
    const { connection, revision, password } = await this.store.find(connectionId);
    const next = { source: this.open(connection, openPassword(connection, password)), revision, checkedAt };
    this.opened.set(connectionId, next);
    if (known) known.source.close().catch((error: unknown) => log.error('source.close', error, { connectionId }));
    return next;
  }
}

function openPassword({ name }: Connection, password: () => string): string {
  try {
    return password();
  } catch (cause) {
    if (!(cause instanceof CannotOpen)) throw cause;
    const remedy = 'Give back the TANK_SECRET_KEY it was saved with, or save the connection again.';
    throw new SourceFailed({ code: 'SOURCE_PASSWORD_SEALED', message: `The password of ${name} cannot be read.`, cause: cause.message, remedy }, true, { cause });
  }
}
