/** Ours, among the driver's: a result has a column that no mail can show. */
export const COLUMN_TYPE = 'COLUMN_TYPE';
