import type { Sentence } from '../../../problem.js';
import { localTimestamp } from '../../../update-values.js';
import { bindValue } from '../bind-values.js';
import { textBind, type AskedSession, type Bind } from './asked-session.js';
import { about, type Finding, type Subject } from './finding.js';

/*
 * What the adapter relies on and only a real database can show: how Oracle takes the texts and times that are bound beside
 * columns of another type, and whether what is read is exactly what is there. Nothing but DUAL is asked.
 */
const DATE = about('times-as-date', ['Times beside DATE', 'DATE와 시각 비교']);
const TIMESTAMP = about('times-as-timestamp', ['Times beside TIMESTAMP', 'TIMESTAMP와 시각 비교']);
const ZONED = about('times-as-timestamp-tz', ['Times beside TIMESTAMP WITH TIME ZONE', 'TIMESTAMP WITH TIME ZONE과 시각 비교']);
const READ_TIMES = about('times-read', ['Times that are read', '시각 조회']);
const NUMBERS = about('numbers', ['Numbers', '숫자']);
const EMPTY = about('empty-text', ['Empty text', '빈 문자열']);

const INSTANT = new Date('2026-11-20T00:30:00.123Z');

/** One way of binding a value beside one of another type. */
interface Probe {
  how: Sentence;
  /** Of the type in question; the bind is compared with it. */
  beside: string;
  bind: Bind;
  /** `needed`: without it results are written wrongly; `usual`: an author may well rely on it; `rare`: worth knowing. */
  weight: 'needed' | 'usual' | 'rare';
}

const asTime: Sentence = ['a time of Tank', 'Tank의 시각'];
const asSeconds: Sentence = ['a time without fraction', '소수 초 없는 시각'];
const asText: Sentence = ['a text', '문자열'];
const withoutFraction: Sentence = ['a text without fraction', '소수 초 없는 문자열'];
const dateAlone: Sentence = ['a text of the date alone', '날짜만 있는 문자열'];

export async function checkTimesAsDate(session: AskedSession): Promise<Finding[]> {
  const beside = "TO_DATE('2026-11-20 09:30:00', 'YYYY-MM-DD HH24:MI:SS')";
  return judgeProbes(DATE, "TO_DATE(:name, 'YYYY-MM-DD\"T\"HH24:MI:SS')", await tried(session, [
    { how: asTime, beside, bind: bindValue('2026-11-20T09:30:00'), weight: 'needed' },
    { how: asText, beside, bind: textBind('2026-11-20T09:30:00'), weight: 'usual' },
    { how: dateAlone, beside: "TO_DATE('2026-11-20', 'YYYY-MM-DD')", bind: textBind('2026-11-20'), weight: 'rare' },
  ]));
}

export async function checkTimesAsTimestamp(session: AskedSession): Promise<Finding[]> {
  const beside = (fraction: string) => `TO_TIMESTAMP('2026-11-20 09:30:00.${fraction}', 'YYYY-MM-DD HH24:MI:SS.FF')`;
  return judgeProbes(TIMESTAMP, "TO_TIMESTAMP(:name, 'YYYY-MM-DD\"T\"HH24:MI:SS.FF')", await tried(session, [
    { how: asTime, beside: beside('123'), bind: bindValue('2026-11-20T09:30:00.123'), weight: 'needed' },
    { how: asSeconds, beside: beside('000'), bind: bindValue('2026-11-20T09:30:00'), weight: 'needed' },
    { how: asText, beside: beside('123'), bind: textBind('2026-11-20T09:30:00.123'), weight: 'usual' },
    { how: withoutFraction, beside: beside('000'), bind: textBind('2026-11-20T09:30:00'), weight: 'rare' },
  ]));
}

/** A time is bound as the wall clock of the session's zone, which Oracle must take for that very instant. */
export async function checkTimesAsZoned(session: AskedSession, timeZone: string): Promise<Finding[]> {
  const beside = (fraction: string) => `TO_TIMESTAMP_TZ('2026-11-20 00:30:00.${fraction} +00:00', 'YYYY-MM-DD HH24:MI:SS.FF TZH:TZM')`;
  const written = localTimestamp(INSTANT, timeZone);
  return judgeProbes(ZONED, "TO_TIMESTAMP_TZ(:name, 'YYYY-MM-DD\"T\"HH24:MI:SS.FFTZH:TZM')", await tried(session, [
    { how: asTime, beside: beside('123'), bind: bindValue(written), weight: 'needed' },
    { how: asSeconds, beside: beside('000'), bind: bindValue(written.replace('.123', '')), weight: 'needed' },
    { how: asText, beside: beside('123'), bind: textBind(written), weight: 'usual' },
    { how: withoutFraction, beside: beside('000'), bind: textBind(written.replace('.123', '')), weight: 'rare' },
  ]));
}

interface Tried extends Probe {
  /** The database's word where it refused; `other` where it took the bind for something else. */
  result: 'same' | 'other' | string;
}

async function tried(session: AskedSession, probes: Probe[]): Promise<Tried[]> {
  const results: Tried[] = [];
  for (const probe of probes) results.push({ ...probe, result: await compared(session, probe.beside, probe.bind) });
  return results;
}

/** Oracle's code where it refuses to compare them. */
async function compared(session: AskedSession, beside: string, bind: Bind): Promise<string> {
  try {
    const [row] = await session.rows(`SELECT CASE WHEN ${beside} = :b1 THEN 'same' ELSE 'other' END AS result FROM DUAL`, [bind]);
    return String(row?.RESULT);
  } catch (error) {
    const code = /^ORA-01[78]\d\d|^ORA-01722/.exec((error as Error).message)?.[0]; // a conversion it does not do; anything else ends the check
    if (!code) throw error;
    return code;
  }
}

function judgeProbes(subject: Subject, explicit: string, results: Tried[]): Finding[] {
  const figure = [0, 1].map((language) => results.map(({ how, result }) => `${how[language]}: ${result === 'same' ? 'ok' : result}`).join(', '));
  const told = figure as unknown as Sentence;
  const wrong = results.filter(({ result }) => result !== 'same').map(({ weight }) => weight);
  if (wrong.length === 0) return [subject.ok(told)];
  if (wrong.includes('needed')) {
    return [subject.failed(told, [
      'Times would be written wrongly. Do not use an Update Query that writes :SENT_AT into such a column; tell the vendor of Tank.',
      '시각이 잘못 기록될 수 있습니다. 이 타입의 컬럼에 :SENT_AT을 쓰는 업데이트 쿼리를 사용하지 말고 Tank 공급사에 알려 주세요.',
    ])];
  }
  return [subject[wrong.includes('usual') ? 'warning' : 'ok'](told, [
    `Where a query compares such a text with a column of this type, write ${explicit}.`,
    `이런 문자열을 이 타입의 컬럼과 비교하는 쿼리에는 ${explicit}처럼 변환을 명시하세요.`,
  ])];
}

export async function checkTimesRead(session: AskedSession, timeZone: string, isThin: boolean): Promise<Finding[]> {
  const [row] = await session.rows("SELECT TO_DATE('2026-11-20 09:30:00', 'YYYY-MM-DD HH24:MI:SS') AS d, "
    + "TO_TIMESTAMP('2026-11-20 09:30:00.123456', 'YYYY-MM-DD HH24:MI:SS.FF') AS t, "
    + "TO_TIMESTAMP_TZ('2026-11-20 00:30:00.123456 +00:00', 'YYYY-MM-DD HH24:MI:SS.FF TZH:TZM') AS z FROM DUAL");
  const expected = { D: '2026-11-20T09:30:00', T: '2026-11-20T09:30:00.123456', Z: localTimestamp(INSTANT, timeZone).replace('.123', '.123456') };
  const wrong = Object.entries(expected).filter(([name, text]) => row?.[name] !== text);
  if (wrong.length === 0) return [READ_TIMES.ok(['exact to the microsecond', '마이크로초까지 일치'])];
  const figure = wrong.map(([name, text]) => `${text} → ${String(row?.[name])}`).join(', ');
  if (!isThin) {
    return [READ_TIMES.warning(figure, [
      'Thick mode gives times to the millisecond and without their zone. Where more is needed, let the query write TO_CHAR.',
      'thick 모드에서는 밀리초까지, 시간대 없이 조회됩니다. 그 이상이 필요하면 쿼리에서 TO_CHAR를 쓰세요.',
    ])];
  }
  return [READ_TIMES.failed(figure, ['Times are read wrongly: write TO_CHAR in the queries, and tell the vendor of Tank.', '시각이 다르게 읽힙니다. 쿼리에서 TO_CHAR를 쓰고 Tank 공급사에 알려 주세요.'])];
}

export async function checkNumbers(session: AskedSession): Promise<Finding[]> {
  const long = '12345678901234567890.123456789';
  const [row] = await session.rows(`SELECT ${long} AS long_one, -0.5 AS half FROM DUAL`);
  const text = await compared(session, '12345678901234567890', textBind('12345678901234567890'));
  const fraction = await compared(session, '-0.5', textBind('-0.5'));
  const figure = `${String(row?.LONG_ONE)}, ${String(row?.HALF)}; ${text}, ${fraction}`;
  if (row?.LONG_ONE === long && row.HALF === '-0.5' && text === 'same' && fraction === 'same') return [NUMBERS.ok(['exact, read and bound', '조회·바인드 모두 정확'])];
  return [NUMBERS.failed(figure, ['Numbers do not stay exact: let the queries write TO_CHAR, and tell the vendor of Tank.', '숫자가 정확하지 않습니다. 쿼리에서 TO_CHAR를 쓰고 Tank 공급사에 알려 주세요.'])];
}

export async function checkEmptyText(session: AskedSession): Promise<Finding[]> {
  const [row] = await session.rows("SELECT CASE WHEN :b1 IS NULL THEN 'null' ELSE 'kept' END AS result FROM DUAL", [textBind('')]);
  if (row?.RESULT === 'null') return [EMPTY.ok(["'' is NULL, as Oracle has it", "''는 NULL(Oracle의 방식)"])];
  return [EMPTY.warning(String(row?.RESULT), ["It is kept: is this an Oracle database?", '빈 문자열이 유지됩니다. Oracle 데이터베이스가 맞는지 확인하세요.'])];
}
