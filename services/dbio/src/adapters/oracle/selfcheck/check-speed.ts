import { driverError, isOfDriver } from '../driver-error.js';
import type { AskedSession } from './asked-session.js';
import { about, type Finding } from './finding.js';

const ROUND_TRIP = about('round-trip', ['Round trip', '왕복 시간']);
const TIME_LIMIT = about('time-limit', ['Time limit of a statement', '문장 제한 시간']);

const FETCH_FIRST = about('fetch-first', ['FETCH FIRST', 'FETCH FIRST']);

const PINGS = 20;
const SLOW_MS = 50;
const LIMIT_MS = 500;
const LATE_MS = 1_500;
/** Stopped by the driver at its time limit, by the database at that of the profile. */
const STOPPED = new Set(['NJS-123', 'ORA-01013', 'ORA-02393', 'ORA-02395', 'DPI-1067']);
/** Some seconds of counting that touches no table: an end of it that came too late would cost no more. */
const SLOW_QUERY = 'SELECT COUNT(*) AS n FROM (SELECT LEVEL AS a FROM DUAL CONNECT BY LEVEL <= 10000) CROSS JOIN (SELECT LEVEL AS b FROM DUAL CONNECT BY LEVEL <= 10000)';

/** Authors may write it from 12.1 on. */
export async function checkFetchFirst(session: AskedSession): Promise<Finding[]> {
  const rows = await session.rows('SELECT 1 AS n FROM DUAL FETCH FIRST 1 ROWS ONLY');
  return [FETCH_FIRST.ok([`${rows.length} row`, `${rows.length}행`])];
}

export async function checkRoundTrip(session: AskedSession): Promise<Finding[]> {
  const took: number[] = [];
  for (let n = 0; n < PINGS; n += 1) {
    const startedAt = performance.now();
    await session.ping();
    took.push(performance.now() - startedAt);
  }
  const [median, most] = [quantile(took, 0.5), quantile(took, 0.95)];
  const figure = [`median ${median.toFixed(1)} ms, p95 ${most.toFixed(1)} ms of ${PINGS}`, `중앙값 ${median.toFixed(1)} ms, p95 ${most.toFixed(1)} ms (${PINGS}회)`] as const;
  if (median <= SLOW_MS) return [ROUND_TRIP.ok(figure)];
  return [ROUND_TRIP.warning(figure, [
    'Each mail looks its values up once: run dbio nearer to the database, or allow it more sessions.',
    '메일마다 한 번씩 조회하므로 느립니다. dbio를 DB와 가까운 곳에서 실행하거나 세션 수를 늘리세요.',
  ])];
}

/** Whether a statement that takes too long is really stopped, and the session of use afterwards. */
export async function checkTimeLimit(session: AskedSession): Promise<Finding[]> {
  const startedAt = performance.now();
  const stoppedBy = await stopped(session);
  const took = Math.round(performance.now() - startedAt);
  if (stoppedBy === null) return [TIME_LIMIT.skipped([`a count of 100 million was done in ${took} ms`, `1억 건 계산이 ${took} ms에 끝나 시험하지 못함`])];
  await session.ping();
  const figure = [`limit ${LIMIT_MS} ms, stopped after ${took} ms (${stoppedBy})`, `제한 ${LIMIT_MS} ms, ${took} ms에 중단(${stoppedBy})`] as const;
  if (took <= LATE_MS) return [TIME_LIMIT.ok(figure)];
  return [TIME_LIMIT.warning(figure, [
    'Statements are stopped late: does a firewall or a connection manager delay the break? Tank ends the connection when it takes too long.',
    '문장 중단이 늦습니다. 방화벽이나 커넥션 매니저가 중단 신호를 지연시키는지 확인하세요. 너무 오래 걸리면 Tank가 접속을 끊습니다.',
  ])];
}

async function stopped(session: AskedSession): Promise<string | null> {
  try {
    await session.limited(SLOW_QUERY, LIMIT_MS);
    return null;
  } catch (error) {
    const code = isOfDriver(error) ? driverError(error).code : null;
    if (code === null || !STOPPED.has(code)) throw error;
    return code;
  }
}

/** @param share between 0 and 1 */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}
