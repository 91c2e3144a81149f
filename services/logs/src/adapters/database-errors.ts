import { TryLater } from '@tank/contracts';
import { isDatabaseAway } from '@tank/logs-db';
import type { DatabaseError } from 'pg';
import { RowRefused } from '../log-mails.js';

const RETRY_AFTER_MS = 1_000;

/** The database is there and says no: SQLSTATE classes of data that no retry will make fit. */
const DATA_ERROR = /^(22|23|54)/;

/**
 * What a driver's error means for a message. RowRefused names column and constraint but not the value: the driver's own
 * words may quote it, so they are not kept as the cause.
 * @returns the error to throw; unknown ones (a missing table, a mistake in SQL) as they are, which makes them defects.
 */
export function meaningOf(error: unknown): unknown {
  const cause = driverErrorOf(error);
  if (isDatabaseAway(cause)) return new TryLater(`The Logs DB cannot be used now${isDatabaseError(cause) ? ` (SQLSTATE ${cause.code})` : ''}.`, RETRY_AFTER_MS, { cause });
  if (!isDatabaseError(cause)) return error;
  const { code = '', column, constraint } = cause;
  if (!DATA_ERROR.test(code)) return error;
  const where = [column && `column ${column}`, constraint && `constraint ${constraint}`].filter(Boolean).join(', ');
  return new RowRefused(`The log tables do not take this row (SQLSTATE ${code}${where && `, ${where}`}).`);
}

export function hasNoPartition(error: unknown): boolean {
  const cause = driverErrorOf(error);
  return isDatabaseError(cause) && cause.code === '23514' && cause.constraint === undefined;
}

/** `timeZone` of a question that this PostgreSQL does not know. */
export function isUnknownTimeZone(error: unknown): boolean {
  const cause = driverErrorOf(error);
  return isDatabaseError(cause) && cause.code === '22023';
}

export function isLockTimeout(error: unknown): boolean {
  const cause = driverErrorOf(error);
  return isDatabaseError(cause) && cause.code === '55P03';
}

/** TypeORM wraps what pg throws. */
function driverErrorOf(error: unknown): unknown {
  return error instanceof Error && 'driverError' in error ? error.driverError : error;
}

/** By its fields: TypeORM may bring a pg of its own, with another class. */
function isDatabaseError(error: unknown): error is DatabaseError {
  return typeof error === 'object' && error !== null && 'severity' in error && 'code' in error;
}
