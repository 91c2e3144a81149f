import type { ColumnValue } from '@tank/contracts';
import type { DriverError } from './oracle-problems.js';

/** A value to bind: text in whatever type its place needs, or a local time, as ISO text, that is bound as one. */
export type BindText = string | null;

/** What a source asks of its worker. One ask of a stream is under way at a time; groups and updates as many as the pool has sessions. */
export type Ask =
  | { kind: 'version' }
  | { kind: 'parse'; sql: string }
  | { kind: 'sample'; sql: string; limit: number }
  | { kind: 'open'; sql: string; fetchRows: number }
  | { kind: 'next' }
  | { kind: 'look-up'; sql: string; binds: BindText[]; limit: number }
  | { kind: 'update'; sql: string; rows: BindText[][]; isPlSql: boolean }
  | { kind: 'cancel' }
  | { kind: 'leave' };

export interface Answers {
  version: { serverVersion: string };
  parse: { columns: ParsedColumn[] };
  sample: Fetched;
  open: Record<string, never>;
  /** `isLast`: there are no rows behind these. */
  next: Fetched & { isLast: boolean };
  'look-up': Fetched;
  update: { results: RowUpdated[] };
  cancel: Record<string, never>;
  leave: Record<string, never>;
}
export type AnswerTo<K extends Ask['kind']> = Answers[K];

export interface ParsedColumn {
  name: string;
  /** The database's own word, such as `NUMBER(12,2)`. */
  type: string;
}
/** Rows by the places of their columns: an object for each would cost twice as much on its way. */
export interface Fetched {
  columns: ParsedColumn[];
  rows: ColumnValue[][];
}
/** Rows changed, or what the database refused. */
export type RowUpdated = number | DriverError;

export type LookUp = Extract<Ask, { kind: 'look-up' }>;
export type Update = Extract<Ask, { kind: 'update' }>;

export interface AskMessage {
  id: number;
  ask: Ask;
  /** For the driver's own time-out, which leaves the session in order; the asker's deadline stands behind it. */
  callMs: number;
}
/** Look-ups that are done one after another in one read-only transaction, each with an answer of its own; that of the group says that it is over. */
export interface GroupMessage {
  id: number;
  group: { id: number; ask: LookUp }[];
  callMs: number;
  /** Behind the first one, none is begun later than that. */
  waitMs: number;
}
export type GroupTimes = Pick<GroupMessage, 'callMs' | 'waitMs'>;
export interface Answered {
  id: number;
  answer: Answers[Ask['kind']];
}
/**
 * `connecting`: a logon began that this ask waits for, so another clock runs; `connected`: it is over, `byLogon`: it was its
 * own. `warning`: the logon passed with a warning of the database.
 */
export type WorkerMessage =
  | { id: number; note: 'connecting' }
  | { id: number; note: 'connected'; byLogon: boolean }
  | { id: number; note: 'warning'; error: DriverError }
  | Answered
  /** Of a group: several at a time, since each message costs as much as a look-up. */
  | { answered: Answered[] }
  | { id: number; error: DriverError; during: 'connect' | 'call' }
  /** A mistake of ours, not the database's. */
  | { id: number; defect: { message: string; stack: string | undefined } };
