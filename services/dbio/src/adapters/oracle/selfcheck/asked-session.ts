import type { Row } from '@tank/contracts';
import oracledb, { type BindParameter, type Connection } from 'oracledb';
import { driverError, isOfDriver } from '../driver-error.js';
import { firstRows } from '../pooled-work.js';
import { rowsOf } from '../row-objects.js';
import { beginReadOnly } from '../session.js';
import type { BindText } from '../worker-messages.js';

/** As the adapter binds it. */
export type Bind = BindParameter | BindText;

/** A session as the checks need it. Rows have the values that a Target Query would give. */
export interface AskedSession {
  rows(sql: string, binds?: Bind[]): Promise<Row[]>;
  /** null where the user may not read that, or this version of the database does not have it. */
  readable(sql: string): Promise<Row[] | null>;
  ping(): Promise<void>;
  /** Runs a query with a time limit of its own. @throws the driver's error */
  limited(sql: string, callMs: number): Promise<void>;
}

/** A bind as the text that it is, where the adapter would take it for a time. */
export function textBind(text: string): BindParameter {
  return { type: oracledb.STRING, val: text };
}

const MOST_ROWS = 5_000;
/** No such view, column or parameter, or no right to it. */
const NOT_READABLE = new Set(['ORA-00942', 'ORA-00904', 'ORA-01031', 'ORA-02003', 'ORA-41900']);

/** All that is executed here runs in one transaction that can only read. */
export async function askReadOnly(connection: Connection, callMs: number): Promise<AskedSession> {
  connection.callTimeout = callMs;
  await beginReadOnly(connection);
  const rows = async (sql: string, binds: Bind[] = []): Promise<Row[]> => {
    return rowsOf(await firstRows(connection, sql, binds, MOST_ROWS));
  };
  return {
    rows,
    readable: (sql) => rows(sql).catch((error: unknown) => {
      if (isOfDriver(error) && NOT_READABLE.has(driverError(error).code ?? '')) return null;
      throw error;
    }),
    ping: () => connection.ping(),
    async limited(sql, limitMs) {
      connection.callTimeout = limitMs;
      await rows(sql).finally(() => (connection.callTimeout = callMs));
    },
  };
}
