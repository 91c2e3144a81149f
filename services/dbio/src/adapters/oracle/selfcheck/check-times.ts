import { localTimestamp } from '../../../update-values.js';
import type { AskedSession } from './asked-session.js';
import { namedValues } from './check-server.js';
import { about, type Finding } from './finding.js';

const ZONE = about('time-zone', ['Time zones', '시간대']);
const CLOCK = about('clock', ['Clock of the database', '데이터베이스 시계']);
const FORMATS = about('formats', ['Formats of the session', '세션의 NLS 형식']);

const MOST_SECONDS_APART = 60;
const MOST_MINUTES_OFF = 5;

/** @param timeZone that of the connection, in which the sessions are to live */
export async function checkTimeZone(session: AskedSession, timeZone: string): Promise<Finding[]> {
  const [row] = await session.rows('SELECT DBTIMEZONE AS of_database, SESSIONTIMEZONE AS of_session FROM DUAL');
  const [ofDatabase, ofSession] = [String(row?.OF_DATABASE), String(row?.OF_SESSION)];
  const figure = [`session ${ofSession}, database ${ofDatabase}`, `세션 ${ofSession}, 데이터베이스 ${ofDatabase}`] as const;
  if (ofSession !== timeZone) {
    return [ZONE.failed(figure, [
      `The session is not in ${timeZone}: times would be written and compared in another zone.`,
      `세션이 ${timeZone}이 아니어서 시각이 다른 시간대로 기록·비교됩니다.`,
    ])];
  }
  return [ZONE.ok(figure, /^[+-]\d/.test(ofDatabase) ? null : [
    'The zone of the database is a region: thin mode cannot read TIMESTAMP WITH LOCAL TIME ZONE then. Write CAST(column AS TIMESTAMP) for such a column.',
    '데이터베이스 시간대가 지역 이름이어서 thin 모드는 TIMESTAMP WITH LOCAL TIME ZONE을 읽지 못합니다. 그런 컬럼은 CAST(컬럼 AS TIMESTAMP)로 조회하세요.',
  ])];
}

/** Two questions: is its clock right, and does SYSDATE speak of the connection's zone? */
export async function checkClock(session: AskedSession, timeZone: string, now: () => Date = () => new Date()): Promise<Finding[]> {
  const askedAt = now().getTime();
  const [row] = await session.rows('SELECT SYSTIMESTAMP AS at_instant, SYSDATE AS at_wall FROM DUAL');
  const here = new Date((askedAt + now().getTime()) / 2);
  const apart = Math.round((Date.parse(String(row?.AT_INSTANT)) - here.getTime()) / 1000);
  const off = Math.round((wallClock(String(row?.AT_WALL)) - wallClock(localTimestamp(here, timeZone))) / 60_000 - apart / 60);
  const figure = [`${apart} s from this machine; SYSDATE ${off} min from ${timeZone}`, `이 서버와 ${apart}초 차이, SYSDATE는 ${timeZone}과 ${off}분 차이`] as const;
  if (Math.abs(off) > MOST_MINUTES_OFF) {
    return [CLOCK.warning(figure, [
      `SYSDATE is in the zone of the database's own server: beside times of ${timeZone} write CURRENT_DATE in place of SYSDATE, and see that schedules mean the same day.`,
      `SYSDATE는 DB 서버의 시간대입니다. ${timeZone} 기준 시각과 비교할 때는 SYSDATE 대신 CURRENT_DATE를 쓰고 기준일이 맞는지 확인하세요.`,
    ])];
  }
  if (Math.abs(apart) > MOST_SECONDS_APART) {
    return [CLOCK.warning(figure, ['One of the two clocks is wrong: let both follow the same time server (NTP).', '두 시계 중 하나가 틀립니다. 같은 시간 서버(NTP)에 맞추세요.'])];
  }
  return [CLOCK.ok(figure)];
}

/** `2026-11-20T09:30:00…` as if it were of UTC, in milliseconds. */
function wallClock(text: string): number {
  return Date.parse(`${text.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`);
}

const EXPECTED: Record<string, RegExp> = {
  NLS_DATE_FORMAT: /^YYYY-MM-DD"T"HH24:MI:SS$/,
  NLS_TIMESTAMP_FORMAT: /^YYYY-MM-DD"T"HH24:MI:SS\.FF$/,
  NLS_TIMESTAMP_TZ_FORMAT: /^YYYY-MM-DD"T"HH24:MI:SS\.FFTZH:TZM$/,
  NLS_NUMERIC_CHARACTERS: /^\.,$/,
};
const SHOWN = ['NLS_TERRITORY', 'NLS_LANGUAGE', 'NLS_SORT', 'NLS_COMP', 'NLS_CALENDAR'];

export async function checkFormats(session: AskedSession): Promise<Finding[]> {
  const parameters = namedValues(await session.readable('SELECT parameter, value FROM nls_session_parameters'));
  if (!parameters) return [FORMATS.skipped(['NLS_SESSION_PARAMETERS cannot be read', 'NLS_SESSION_PARAMETERS를 조회할 수 없음'])];
  const wrong = Object.entries(EXPECTED).filter(([name, expected]) => !expected.test(parameters[name] ?? ''));
  const shown = SHOWN.filter((name) => parameters[name]).map((name) => `${name} ${parameters[name]}`);
  if (wrong.length === 0) return [FORMATS.ok(shown.length > 0 ? shown.join(', ') : ['as Tank sets them', 'Tank가 설정한 값'])];
  const figure = wrong.map(([name]) => `${name} ${parameters[name] ?? '–'}`).join(', ');
  return [FORMATS.failed(figure, [
    'Tank sets them at each logon, and they are others now: texts and times would be taken for something else. Tell the vendor of Tank.',
    'Tank가 로그온할 때마다 설정하는 값과 다릅니다. 문자와 시각이 다르게 해석될 수 있으니 Tank 공급사에 알려 주세요.',
  ])];
}
