import { COLUMN_TYPE, NO_TURN, NOT_DONE, REPEATED_COLUMN } from './driver-codes.js';
import { ColumnRefused } from './fetched-values.js';
import type { DriverError } from './oracle-problems.js';

/** Two columns of one name, of which one would hide the other. */
export class RepeatedColumn extends Error {
  constructor(readonly column: string) {
    super(column);
  }
}

/** A look-up that was not begun, since those before it took all the time. */
export class NoTurn extends Error {}

/** A look-up that was not begun, since the session was lost to one before it. */
export class NotDone extends Error {}

/** What the driver throws, and what we throw about a result it gave. */
export function isOfDriver(error: unknown): error is Error {
  return error instanceof ColumnRefused || error instanceof RepeatedColumn || error instanceof NoTurn || error instanceof NotDone || /^(?:ORA|NJS|DPI|TNS)-\d+/.test((error as Error).message);
}

/** Plain data: an error loses its code and offset on the way out of a thread. */
export function driverError(error: Error): DriverError {
  if (error instanceof ColumnRefused) return { message: error.message, code: COLUMN_TYPE, offset: null };
  if (error instanceof RepeatedColumn) return { message: error.message, code: REPEATED_COLUMN, offset: null };
  if (error instanceof NoTurn) return { message: error.message, code: NO_TURN, offset: null };
  if (error instanceof NotDone) return { message: error.message, code: NOT_DONE, offset: null };
  const { code = null, offset = null } = error as { code?: string; offset?: number };
  return { message: messageWithCause(error), code: code ?? /^([A-Z]{3}-\d+)/.exec(error.message)?.[1] ?? null, offset };
}

/** What the network said is in the cause, and often the only word that helps. */
function messageWithCause({ message, cause }: Error): string {
  return cause instanceof Error && !message.includes(cause.message) ? `${message}\n${cause.message}` : message;
}
