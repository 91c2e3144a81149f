import type { Connection, QueryPurpose } from '@tank/contracts';
import type { OracleAccess } from '../oracle-access.js';

/** A query of the customer that is to be looked at. */
export interface GivenQuery {
  purpose: QueryPurpose;
  sql: string;
}

/** What a self-check is to do; plain data for its thread, and the password is among it. */
export interface SelfcheckPlan {
  connection: Connection;
  access: OracleAccess;
  queries: GivenQuery[];
  /** `SCHEMA.TABLE` in the case in which Oracle keeps names. */
  updateTable: string | null;
  /** Most rows of the Target Query that are fetched to take the time. */
  rowLimit: number;
  /** Longest call, in milliseconds. */
  askMs: number;
}
