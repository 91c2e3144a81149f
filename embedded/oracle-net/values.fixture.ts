import type { OracleTime, OracleTypeName } from './backend.ts';

export const nullableTypes: OracleTypeName[] = [
  'VARCHAR2', 'NVARCHAR2', 'CHAR', 'NCHAR', 'LONG', 'CLOB', 'NCLOB', 'NUMBER', 'BINARY_FLOAT', 'BINARY_DOUBLE', 'DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE',
  'TIMESTAMP WITH LOCAL TIME ZONE', 'RAW', 'BLOB', 'ROWID', 'BOOLEAN',
];

/** @param text `2026-11-20 23:59:58` */
export function oracleTime(text: string, nanosecond = 0): OracleTime {
  const [year, month, day, hour, minute, second] = text.split(/[- :]/).map(Number);
  return { year: year!, month: month!, day: day!, hour: hour!, minute: minute!, second: second!, nanosecond };
}
