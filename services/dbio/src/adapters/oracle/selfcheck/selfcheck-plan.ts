import { randomUUID } from 'node:crypto';
import { DEFAULT_GROUP, type Connection, type ConnectionInput, type QueryPurpose } from '@tank/contracts';
import { limitsFor, type SourceLimits } from '../../source-limits.js';
import { accessTo, type OracleAccess, type OracleSettings } from '../oracle-access.js';

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
  /** Longest wait for the next rows of the Target Query, in milliseconds. */
  fetchMs: number;
}

interface Wanted extends Pick<SelfcheckPlan, 'queries' | 'updateTable' | 'rowLimit'> {
  input: Omit<ConnectionInput, 'password'>;
  password: string;
  settings: OracleSettings;
  limits: SourceLimits;
}

/** A connection that nobody keeps, reached as dbio would reach it. */
export function planFor({ input, password, settings, limits, ...wanted }: Wanted): SelfcheckPlan {
  const { walletPassword, ...shown } = input;
  const connection: Connection = { ...shown, groupId: DEFAULT_GROUP, connectionId: randomUUID(), createdAt: new Date().toISOString(), revision: 1 };
  const effective = limitsFor(connection, limits);
  return { ...wanted, connection, access: accessTo(connection, { password, walletPassword }, settings, effective), askMs: effective.askMs, fetchMs: effective.fetchMs };
}
