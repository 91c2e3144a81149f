/** Ours, among the driver's: a result has a column that no mail can show. */
export const COLUMN_TYPE = 'COLUMN_TYPE';
/** Ours as well: two columns have one name, which is the message. */
export const REPEATED_COLUMN = 'DUPLICATE_COLUMN';
/** Ours as well: the time to wait for a turn was over. */
export const NO_TURN = 'SOURCE_FULL';
/** Ours as well: the session was lost to a look-up before this one. */
export const NOT_DONE = 'SOURCE_CUT_OFF';
/** The driver's own time-out passed, and the server stopped the statement. */
export const CALL_TIMEOUT = 'NJS-123';
/** The server stopped the statement at the client's request. */
export const BROKEN_OFF = 'ORA-01013';
/** A change in a transaction that can only read. */
export const READ_ONLY_TRANSACTION = 'ORA-01456';
export const AMBIGUOUS = 'ORA-00918';
