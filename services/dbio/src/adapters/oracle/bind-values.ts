import oracledb, { type BindDefinition, type BindParameter } from 'oracledb';
import type { BindText } from './worker-messages.js';

const LOCAL_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(?:[+-]\d\d:\d\d)?$/;

/**
 * Everything is bound as text: Oracle converts it to the type of the column beside it, whose index stays of use. Only a
 * time as Tank writes it is bound as one, a DATE where it has no fraction: beside a DATE column a TIMESTAMP would cost
 * the index. An offset is that of the connection's zone, in which the session lives, so the wall clock says it all.
 */
export function bindValue(text: BindText): BindParameter {
  const time = timeIn(text);
  return time ? { type: time.type, val: time.date } : { type: oracledb.STRING, val: text };
}

/** Values and their types for array DML: one type holds for all rows of a column, so times are typed only where all are times. */
export function bindRows(rows: BindText[][]): { binds: unknown[][]; bindDefs: BindDefinition[] } {
  const places = (rows[0] ?? []).map((_, at) => bindPlace(rows.map((row) => row[at]!)));
  return { binds: rows.map((_, row) => places.map(({ values }) => values[row])), bindDefs: places.map(({ definition }) => definition) };
}

function bindPlace(texts: BindText[]): { values: unknown[]; definition: BindDefinition } {
  const times = texts.map(timeIn);
  const isAllTimes = times.some((time) => time) && times.every((time, row) => time || texts[row] === null);
  if (!isAllTimes) {
    const maxSize = texts.reduce((longest, text) => Math.max(longest, text === null ? 0 : Buffer.byteLength(text)), 1);
    return { values: texts, definition: { type: oracledb.STRING, maxSize } };
  }
  const isWhole = times.every((time) => !time || time.type === oracledb.DB_TYPE_DATE);
  return { values: times.map((time) => time?.date ?? null), definition: { type: isWhole ? oracledb.DB_TYPE_DATE : oracledb.DB_TYPE_TIMESTAMP } };
}

/**
 * A wall clock for the driver, which takes a Date's local fields: here they are those of UTC, so that the zone of the process,
 * in which an hour may not exist, has no say. Oracle's own library, in thick mode, needs the real Date.
 */
class WallClock extends Date {
  override getFullYear = () => this.getUTCFullYear();
  override getMonth = () => this.getUTCMonth();
  override getDate = () => this.getUTCDate();
  override getHours = () => this.getUTCHours();
  override getMinutes = () => this.getUTCMinutes();
  override getSeconds = () => this.getUTCSeconds();
}

function timeIn(text: BindText): { date: Date; type: oracledb.DbType } | undefined {
  const match = text === null ? null : LOCAL_TIME.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const fraction = match[7];
  const at = new WallClock(0);
  at.setUTCFullYear(year, month - 1, day);
  const isReal = at.getUTCMonth() === month - 1 && at.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!isReal) return undefined;
  at.setUTCHours(hour, minute, second, fraction === undefined ? 0 : Math.trunc(Number(`0${fraction}`) * 1000));
  const date = oracledb.thin ? at : new Date(year, month - 1, day, hour, minute, second, at.getUTCMilliseconds());
  return { date, type: fraction === undefined ? oracledb.DB_TYPE_DATE : oracledb.DB_TYPE_TIMESTAMP };
}
