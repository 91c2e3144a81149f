import type { QueryPurpose } from '@tank/contracts';
import type { Sentence } from '../../../problem.js';
import { bindNames, refuseUnknownBinds } from '../../../sql/binds.js';
import { refuseRepeatedNames } from '../../../sql/repeated-names.js';
import { updateBindable } from '../../../update-values.js';
import type { OracleAccess } from '../oracle-access.js';
import { planQuery, type OraclePlan } from '../oracle-plan.js';
import { SingleSession } from '../single-session.js';
import type { LogonWatch } from '../session-pool.js';
import type { ParsedColumn } from '../worker-messages.js';
import { asFinding, explainFailure } from './explain-failure.js';
import { about, someOf, type Finding } from './finding.js';
import type { GivenQuery, SelfcheckPlan } from './selfcheck-plan.js';

const NAMES: Record<QueryPurpose, Sentence> = {
  target: ['Target Query, parsed', '대상 쿼리 구문 검사'], mapping: ['Mapping Query, parsed', '매핑 쿼리 구문 검사'], update: ['Update Query, parsed', '업데이트 쿼리 구문 검사'],
};
const DESCRIBE = about('describe', ['Parsing without executing', '실행 없는 구문 검사']);
const FETCH = about('fetch', ['Fetching the Target Query', '대상 쿼리 조회 속도']);

const HARMLESS: GivenQuery = { purpose: 'target', sql: 'SELECT 1 AS one FROM DUAL FETCH FIRST 1 ROWS ONLY' };
const FETCH_ROWS = 1_000;
const SLOW_ROWS_PER_SECOND = 1_000;
/** Logons of a self-check are heard of by its deadlines alone. */
const NOBODY: LogonWatch = { connecting() {}, connected() {}, refused() {}, warned() {} };

/** Each query is parsed and described as the product does it, on a session of its own, and never executed. */
export async function checkDescribes(plan: SelfcheckPlan): Promise<Finding[]> {
  if (plan.queries.length === 0) {
    const columns = await parsed(plan, planQuery('target', HARMLESS.sql, false).named.text);
    return [DESCRIBE.ok(columnsOf(columns))];
  }
  const findings: Finding[] = [];
  const known: string[] = [];
  for (const query of plan.queries) findings.push(await checkOne(plan, query, known));
  return findings;
}

/** @param known columns of the queries before, whose names this one may bind; its own are added */
async function checkOne(plan: SelfcheckPlan, { purpose, sql }: GivenQuery, known: string[]): Promise<Finding> {
  const subject = about(`query-${purpose}`, NAMES[purpose]);
  let planned: OraclePlan | undefined;
  try {
    planned = planQuery(purpose, sql, true);
    if (purpose === 'target' || known.length > 0) refuseUnknownBinds(planned.query, purpose === 'update' ? updateBindable(known) : known);
    const columns = await parsed(plan, planned.named.text);
    refuseRepeatedNames(sql, columns);
    known.push(...columns.map(({ name }) => name));
    const binds = bindNames(planned.query);
    const bound: Sentence = binds.length === 0 ? ['', ''] : [`; binds ${someOf(binds)}`, `; 바인드 ${someOf(binds)}`];
    const figure = [`${columnsOf(columns)[0]}${bound[0]}`, `${columnsOf(columns)[1]}${bound[1]}`] as const;
    return subject.ok(figure, planned.isPlSql ? ['PL/SQL: an administrator has to allow it on the connection (DB_ALLOW_PLSQL).', 'PL/SQL은 관리자가 연결에서 허용해야 합니다(DB_ALLOW_PLSQL).'] : null);
  } catch (error) {
    const sent = planned && { sql, text: planned.named.text, authorPosition: planned.named.authorPosition };
    const failure = explainFailure(error, plan.connection, 'call', sent);
    if (failure.isGone) throw error;
    return asFinding(subject, failure);
  }
}

function columnsOf(columns: ParsedColumn[]): Sentence {
  if (columns.length === 0) return ['accepted', '정상'];
  const names = someOf(columns.map(({ name, type }) => `${name} ${type}`));
  return [`columns (${columns.length}): ${names}`, `컬럼 ${columns.length}개: ${names}`];
}

async function parsed({ access, askMs }: SelfcheckPlan, sql: string): Promise<ParsedColumn[]> {
  return onItsOwn(access, async (session) => (await session.parse({ kind: 'parse', sql }, askMs, NOBODY)).columns);
}

/** A session that says good-bye; after a failure nobody waits to hear how that went. */
async function onItsOwn<T>(access: OracleAccess, work: (session: SingleSession) => Promise<T>): Promise<T> {
  const session = new SingleSession(access);
  try {
    const result = await work(session);
    await session.leave();
    return result;
  } catch (error) {
    session.leave().catch(() => {}); // why it failed is known already
    throw error;
  }
}

/** The first rows of the Target Query, as a run would fetch them; they are counted and forgotten. */
export async function checkFetch(plan: SelfcheckPlan): Promise<Finding[]> {
  const target = plan.queries.find(({ purpose }) => purpose === 'target');
  if (!target) return [FETCH.skipped(['no --target given', '--target 없음'])];
  const { query, named } = planQuery('target', target.sql, false);
  refuseUnknownBinds(query, []);
  try {
    return [await onItsOwn(plan.access, (session) => timeFetch(session, named.text, plan))];
  } catch (error) {
    const failure = explainFailure(error, plan.connection, 'call', { sql: target.sql, text: named.text, authorPosition: named.authorPosition });
    if (failure.isGone) throw error;
    return [asFinding(FETCH, failure)];
  }
}

async function timeFetch(session: SingleSession, sql: string, plan: SelfcheckPlan): Promise<Finding> {
  const startedAt = performance.now();
  await session.open({ kind: 'open', sql, fetchRows: FETCH_ROWS }, plan.fetchMs, NOBODY);
  const openedAt = performance.now();
  const rows = await countRows(session, plan);
  return judgeFetch(rows, openedAt - startedAt, performance.now() - openedAt);
}

async function countRows(session: SingleSession, { rowLimit, fetchMs }: SelfcheckPlan): Promise<number> {
  for (let rows = 0; ; ) {
    const { rows: fetched, isLast } = await session.next(fetchMs);
    rows += fetched.length;
    if (isLast || rows >= rowLimit) return rows;
  }
}

function judgeFetch(rows: number, openMs: number, fetchMs: number): Finding {
  const perSecond = Math.round(rows / Math.max(0.001, (openMs + fetchMs) / 1000));
  const figure = [
    `${rows} rows: ${Math.round(openMs)} ms to the first, then ${Math.round(fetchMs)} ms; ${perSecond} rows/s`,
    `${rows}행: 첫 행까지 ${Math.round(openMs)} ms, 이후 ${Math.round(fetchMs)} ms; 초당 ${perSecond}행`,
  ] as const;
  if (rows < FETCH_ROWS || perSecond >= SLOW_ROWS_PER_SECOND) return FETCH.ok(figure);
  return FETCH.warning(figure, [
    'Slow: look at the plan of the query and at the network between dbio and the database.',
    '느립니다. 쿼리 실행 계획과 dbio–DB 사이의 네트워크를 확인하세요.',
  ]);
}
