import type { Connection, ConnectTest, Row, SourceProblem } from '@tank/contracts';
import { DateTime } from 'luxon';
import { forbiddenUntil } from '../forbidden-hours.js';
import { sourceProblem } from '../problem.js';
import { queryError } from '../sql/query-problem.js';
import { QueryFailed, ReadingForbidden, ROW_LIMIT_CODE, type CheckedQuery, type Found, type Source, type UpdateResult } from '../source.js';
import type { BreakableSource } from './open-sources.js';

const MINUTE_MS = 60_000;
/** Hours can be changed while mails wait for their end. */
const LOOK_AGAIN_MS = 60_000;

/**
 * A source within what its DBA allows: in forbidden hours nothing is read, and a Target Query has no more rows than the
 * limit. What was sent is written back at any hour, since a mail whose outcome is missing could be sent again; tests of the
 * connection and of queries read no rows. It stands outside the breaker: the hours are planned, and no failure.
 */
export class LimitedSource implements BreakableSource {
  /** Hours begin and end with a minute. */
  private lastLook: { minute: number; until: DateTime | null } = { minute: NaN, until: null };

  constructor(private readonly source: BreakableSource, private readonly connection: Pick<Connection, 'limits' | 'timeZone'>, private readonly now: () => number = Date.now) {}

  get connectionId(): string {
    return this.source.connectionId;
  }
  get name(): string {
    return this.source.name;
  }
  get timeZone(): string {
    return this.source.timeZone;
  }

  async sample(sql: string, limit: number): Promise<Found> {
    this.refuseForbiddenHours();
    return this.source.sample(sql, limit);
  }

  async lookUp(sql: string, row: Row): Promise<Found> {
    this.refuseForbiddenHours();
    return this.source.lookUp(sql, row);
  }

  /** Hours that begin meanwhile stop it between two batches. */
  async *streamTarget(sql: string, signal: AbortSignal): AsyncGenerator<Row[]> {
    const { rowLimit } = this.connection.limits;
    this.refuseForbiddenHours();
    let count = 0;
    for await (const batch of this.source.streamTarget(sql, signal)) {
      count += batch.length;
      if (rowLimit !== null && count > rowLimit) throw tooManyRows(sql, rowLimit);
      yield batch;
      this.refuseForbiddenHours();
    }
  }

  connectTest(): Promise<ConnectTest> {
    return this.source.connectTest();
  }
  check(query: Parameters<Source['check']>[0]): Promise<CheckedQuery> {
    return this.source.check(query);
  }
  update(sql: string, rows: Row[]): Promise<UpdateResult[]> {
    return this.source.update(sql, rows);
  }
  warnings(): SourceProblem[] {
    return this.source.warnings();
  }
  openBecause(): SourceProblem | null {
    return this.source.openBecause();
  }
  close(): Promise<void> {
    return this.source.close();
  }

  private refuseForbiddenHours(): void {
    const { forbiddenHours } = this.connection.limits;
    if (forbiddenHours.length === 0) return;
    const now = this.now();
    const minute = Math.floor(now / MINUTE_MS);
    if (minute !== this.lastLook.minute) this.lastLook = { minute, until: forbiddenUntil(forbiddenHours, this.connection.timeZone, now) };
    const { until } = this.lastLook;
    if (until) throw new ReadingForbidden(forbiddenProblem(this.name, this.connection, until), Math.min(LOOK_AGAIN_MS, until.toMillis() - now));
  }
}

function forbiddenProblem(name: string, { limits, timeZone }: Pick<Connection, 'limits' | 'timeZone'>, until: DateTime): SourceProblem {
  const end = `${until.toFormat('yyyy-MM-dd HH:mm')} (${timeZone})`;
  const hours = limits.forbiddenHours.map(({ days, from, to }) => `${days.join(' ')} ${from}-${to}`).join(', ');
  return sourceProblem({
    code: 'SOURCE_FORBIDDEN_HOURS',
    message: [`${name} is not read before ${end}.`, `${name}: ${end}까지 조회하지 않습니다.`],
    cause: [`These are forbidden hours of the connection: ${hours}.`, `이 연결의 조회 금지 시간입니다: ${hours}.`],
    remedy: ['Wait: Tank goes on by itself. An administrator may change limits.forbiddenHours of the connection.', '끝나면 저절로 계속됩니다. 관리자는 연결의 limits.forbiddenHours를 바꿀 수 있습니다.'],
  });
}

function tooManyRows(sql: string, limit: number): QueryFailed {
  const [english, korean] = [`it has more than ${limit} rows, which is the limit of its connection; nothing was sent`, `행이 연결의 한도인 ${limit}건보다 많아 아무것도 보내지 않았습니다`];
  const about = {
    code: ROW_LIMIT_CODE,
    message: [english, korean],
    remedy: ['See whether the query means so many; if it does, an administrator raises limits.rowLimit of the connection.', '의도한 건수인지 확인하고, 맞다면 관리자가 연결의 limits.rowLimit을 올리세요.'],
  } as const;
  return new QueryFailed(queryError(sql, about), 'query', english, undefined, korean);
}
