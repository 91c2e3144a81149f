import oracledb, { type Connection } from 'oracledb';
import type { Sentence } from '../../../problem.js';
import { driverError } from '../driver-error.js';
import { keepTimesExact } from '../exact-times.js';
import { attributesOf, chooseClient, prepareSession } from '../session.js';
import { askReadOnly, type AskedSession } from './asked-session.js';
import { checkAccount, checkLogonUser, checkProfile, checkVerifier } from './check-account.js';
import { checkEmptyText, checkNumbers, checkTimesAsDate, checkTimesAsTimestamp, checkTimesAsZoned, checkTimesRead } from './check-conversions.js';
import { checkKorean } from './check-korean.js';
import { checkPrivileges } from './check-privileges.js';
import { checkDescribes, checkFetch } from './check-queries.js';
import { checkCharacterSets, checkEncryption, checkRole, checkSessionNames, checkVersion, type Reached } from './check-server.js';
import { checkFetchFirst, checkRoundTrip, checkTimeLimit } from './check-speed.js';
import { checkClock, checkFormats, checkTimeZone } from './check-times.js';
import { asFinding, explainFailure } from './explain-failure.js';
import { about, type Finding } from './finding.js';
import type { SelfcheckPlan } from './selfcheck-plan.js';
import { LEAVE, type Listener, type StepAbout } from './step.js';

interface Step extends StepAbout {
  run(): Promise<Finding[]>;
}

const CONNECT = about('connect', ['Connecting', '접속']);
const LOGON_WARNING = about('logon-warning', ['Warning at the logon', '로그온 경고']);
const READ_ONLY = about('read-only', ['Read-only transaction', '읽기 전용 트랜잭션']);

/**
 * The steps in their order. The way in is that of the product, so what is found holds for it: the same attributes, the same
 * preparation of the session, and for the customer's queries the very class that a run uses.
 */
export class SelfCheck {
  private connection!: Connection;
  private session!: AskedSession;

  constructor(private readonly plan: SelfcheckPlan) {}

  /** To the end, or to the first failure after which nothing can be asked: a refused logon above all is not tried again. */
  async run(listener: Listener): Promise<void> {
    for (const step of this.steps()) {
      listener.begun({ id: step.id, what: step.what, limitMs: step.limitMs });
      const { findings, goesOn } = await this.take(step);
      findings.forEach((finding) => listener.found(finding));
      if (!goesOn) return;
    }
  }

  steps(): Step[] {
    const { access, askMs, fetchMs, updateTable, queries } = this.plan;
    const { sessionTimeZone: zone, poolMax } = access;
    const step = (id: string, what: Sentence, run: () => Promise<Finding[]>, limitMs = askMs): Step => ({ id, what, limitMs, run });
    return [
      step(CONNECT.id, CONNECT.what, () => this.connect(), access.connectMs + askMs),
      step('server-version', ['Server version', '서버 버전'], () => checkVersion(this.session, this.reached)),
      step('encryption', ['Encryption', '암호화'], () => checkEncryption(this.session, this.reached)),
      step('character-set', ['Character sets', '문자 집합'], () => checkCharacterSets(this.session)),
      step('time-zone', ['Time zones', '시간대'], () => checkTimeZone(this.session, zone)),
      step('clock', ['Clock', '시계'], () => checkClock(this.session, zone)),
      step('formats', ['Formats', 'NLS 형식'], () => checkFormats(this.session)),
      step('session-names', ['Names of the session', '세션 이름'], () => checkSessionNames(this.session)),
      step('database-role', ['Role of the database', '데이터베이스 역할'], () => checkRole(this.session)),
      step('logon-user', ['Kind of user', '사용자 종류'], () => checkLogonUser(this.session)),
      step('account', ['Account', '계정'], () => checkAccount(this.session)),
      step('password-verifier', ['Password verifier', '비밀번호 검증자'], () => checkVerifier(this.session, this.reached)),
      step('profile', ['Profile', '프로파일'], () => checkProfile(this.session, poolMax)),
      step('privileges', ['Privileges', '권한'], () => checkPrivileges(this.session, this.reached, updateTable), 4 * askMs),
      step('times-as-date', ['Times beside DATE', 'DATE 비교'], () => checkTimesAsDate(this.session)),
      step('times-as-timestamp', ['Times beside TIMESTAMP', 'TIMESTAMP 비교'], () => checkTimesAsTimestamp(this.session)),
      step('times-as-timestamp-tz', ['Times beside TIMESTAMP WITH TIME ZONE', 'TIMESTAMP WITH TIME ZONE 비교'], () => checkTimesAsZoned(this.session, zone)),
      step('times-read', ['Times that are read', '시각 조회'], () => checkTimesRead(this.session, zone, this.reached.isThin)),
      step('numbers', ['Numbers', '숫자'], () => checkNumbers(this.session)),
      step('empty-text', ['Empty text', '빈 문자열'], () => checkEmptyText(this.session)),
      step('korean', ['Korean text', '한글'], () => checkKorean(this.session)),
      step('fetch-first', ['FETCH FIRST', 'FETCH FIRST'], () => checkFetchFirst(this.session)),
      step('round-trip', ['Round trip', '왕복 시간'], () => checkRoundTrip(this.session)),
      step('time-limit', ['Time limit', '제한 시간'], () => checkTimeLimit(this.session), 2 * askMs),
      step(LEAVE, ['Good-bye', '접속 종료'], () => this.leave()),
      step('describe', ['Parsing', '구문 검사'], () => checkDescribes(this.plan), Math.max(1, queries.length) * (access.connectMs + 2 * askMs)),
      step('fetch', ['Fetching', '조회 속도'], () => checkFetch(this.plan), access.connectMs + askMs + fetchMs),
    ];
  }

  private async take(step: Step): Promise<{ findings: Finding[]; goesOn: boolean }> {
    try {
      return { findings: await step.run(), goesOn: true };
    } catch (error) {
      const failure = explainFailure(error, this.plan.connection, step.id === CONNECT.id ? 'connect' : 'call');
      return { findings: [asFinding(about(step.id, step.what), failure)], goesOn: !failure.isGone };
    }
  }

  private async connect(): Promise<Finding[]> {
    const { access, askMs } = this.plan;
    const startedAt = performance.now();
    chooseClient(access);
    if (!access.thick) keepTimesExact(access.sessionTimeZone);
    this.connection = await oracledb.getConnection(attributesOf(access));
    await prepareSession(this.connection, 'self-check', access);
    const tookMs = Math.round(performance.now() - startedAt);
    this.session = await askReadOnly(this.connection, askMs);
    const { warning } = this.connection as { warning?: Error };
    return [judgeConnect(tookMs, access.connectMs), READ_ONLY.ok(['begun; every query of this report ran in it, or in one of its own', '시작됨. 이 보고서의 모든 조회를 읽기 전용 트랜잭션에서 실행']), ...(warning ? [this.explainWarning(warning)] : [])];
  }

  /** ORA-28002, and what else lets the user in with a word of warning. */
  private explainWarning(warning: Error): Finding {
    const { figure, remedy } = explainFailure(warning, this.plan.connection, 'connect');
    const code = driverError(warning).code;
    return LOGON_WARNING.warning(code === null || figure[0].includes(code) ? figure : [`${figure[0]} (${code})`, `${figure[1]} (${code})`], remedy);
  }

  private get reached(): Reached {
    return { version: this.connection.oracleServerVersionString ?? '', protocol: this.connection.protocol ?? '', isThin: oracledb.thin };
  }

  private async leave(): Promise<Finding[]> {
    await this.connection.close();
    return [];
  }
}

function judgeConnect(tookMs: number, limitMs: number): Finding {
  const figure = [`${tookMs} ms, ${oracledb.thin ? 'thin' : 'thick'} mode`, `${tookMs} ms, ${oracledb.thin ? 'thin' : 'thick'} 모드`] as const;
  if (tookMs <= limitMs / 2) return CONNECT.ok(figure);
  return CONNECT.warning(figure, [
    `A logon may take ${limitMs} ms: it comes near to that. Raise SOURCE_CONNECT_MS, and look for slow name resolution (DNS) or a listener that redirects.`,
    `로그온 제한 시간 ${limitMs} ms에 가깝습니다. SOURCE_CONNECT_MS를 늘리고 DNS 조회나 리스너 리다이렉트가 느린지 확인하세요.`,
  ]);
}
