import type { Connection, SourceProblem } from '@tank/contracts';
import { createLog } from '@tank/telemetry';
import { sourceFailed, wholeStoryOf, type Sentence, type SourceTrouble } from '../problem.js';
import { SourceFailed, type Source, type Sources } from '../source.js';
import type { ConnectionStore, OpenableConnection } from './connection-store.js';
import { CannotOpen } from './sealed-password.js';

/** What opens a connection: stays inside its source. */
export interface Secrets {
  password: string;
  /** Oracle only, of its wallet. */
  walletPassword: string | null;
}

/** A source that says why its calls do not go through at the moment. */
export interface BreakableSource extends Source {
  openBecause(): SourceProblem | null;
}

interface Opened {
  source: BreakableSource;
  revision: number;
  checkedAt: number;
}

interface Troubled {
  name: string;
  problem: SourceProblem;
}

const log = createLog('dbio');

/** The sources in use, each with its pool and its breaker. A changed connection replaces its source within seconds. */
export class OpenSources implements Sources {
  private readonly opened = new Map<string, Opened>();
  private readonly opening = new Map<string, Promise<Opened>>();
  /** Connections that could not even be opened, as when their password cannot be read. */
  private readonly unusable = new Map<string, Troubled>();

  constructor(
    private readonly store: Pick<ConnectionStore, 'find' | 'revisionOf'>,
    private readonly open: (connection: Connection, secrets: Secrets) => BreakableSource,
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

  /** The connection was changed here: whoever asks next gets its new source, and not the breaker of the old one. */
  async changed(connectionId: string): Promise<void> {
    await this.opening.get(connectionId)?.catch(() => {}); // it may have read what was there before
    const known = this.opened.get(connectionId);
    if (known) known.checkedAt = -Infinity;
  }

  /** What operators should know of the sources in use: what does not work, and what will not work much longer. */
  warnings(): Sentence[] {
    const used = [...this.opened.values()].flatMap(({ source }) => {
      const why = source.openBecause();
      return [...(why ? [why] : []), ...source.warnings()].map((problem): Troubled => ({ name: source.name, problem }));
    });
    return [...this.unusable.values(), ...used].map(sentenceOf);
  }

  async close(): Promise<void> {
    const all = [...this.opened.values()];
    this.opened.clear();
    await Promise.all(all.map(({ source }) => source.close()));
  }

  private async lookAgain(connectionId: string, known: Opened | undefined): Promise<Opened> {
    const checkedAt = this.now();
    if (known && (await this.store.revisionOf(connectionId)) === known.revision) return Object.assign(known, { checkedAt });
    const found = await this.store.find(connectionId);
    const next = { source: this.openSource(found), revision: found.revision, checkedAt };
    this.opened.set(connectionId, next);
    if (known) known.source.close().catch((error: unknown) => log.error('source.close', error, { connectionId }));
    return next;
  }

  private openSource(found: OpenableConnection): BreakableSource {
    const { connectionId, name } = found.connection;
    this.unusable.delete(connectionId);
    try {
      return this.open(found.connection, openSecrets(found));
    } catch (error) {
      if (error instanceof SourceFailed) this.unusable.set(connectionId, { name, problem: error.problem });
      throw error;
    }
  }
}

function openSecrets({ connection: { name }, password, walletPassword }: OpenableConnection): Secrets {
  try {
    return { password: password(), walletPassword: walletPassword() };
  } catch (cause) {
    if (!(cause instanceof CannotOpen)) throw cause;
    throw sourceFailed(passwordSealed(name, cause.why), [], { cause });
  }
}

function sentenceOf({ name, problem }: Troubled): Sentence {
  const [english, korean] = wholeStoryOf(problem);
  return [`${name}: ${english}`, `${name}: ${korean}`];
}

function passwordSealed(name: string, cause: Sentence): SourceTrouble {
  return {
    code: 'SOURCE_PASSWORD_SEALED',
    isLasting: true,
    message: [`The password of ${name} cannot be read.`, `연결 ${name}의 비밀번호를 읽을 수 없습니다.`],
    cause,
    remedy: ['Give back the TANK_SECRET_KEY it was saved with, or save the connection again.', '저장할 때의 TANK_SECRET_KEY를 되돌리거나 연결을 다시 저장하세요.'],
  };
}
