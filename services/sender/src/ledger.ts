import type { SealedContent } from './sent-content.js';
import type { Ending, MailRecord, Settlement } from './settlement.js';

/** What the use cases ask of the ledger (adapters/sent-ledger.ts keeps it). */

export const LEDGER_STATES = ['INTENT', 'SENT', 'REFUSED', 'NOT_SENT', 'IN_DOUBT', 'CLOSED'] as const;
export type LedgerState = (typeof LEDGER_STATES)[number];

export interface LedgerEntry {
  state: LedgerState;
  /** The n of INTENT(n) and NOT_SENT(n). */
  attempt: number;
  calls: number;
  failures: number;
  resends: number;
  /** By the database's clock; null where there never was an intent. */
  intentAgeMs: number | null;
  /** Whole for a settled mail; null for INTENT and NOT_SENT. */
  settlement: Settlement | null;
}

/** What a mail wants for itself alone within its run. */
export interface Claim {
  kind: 'path' | 'content';
  key: string;
}

export interface IntentOrder {
  mailId: string;
  runId: string;
  /** The entry as the caller knows it: 0 and 0 where there is none. */
  afterAttempt: number;
  resends: number;
  claims: Claim[];
  /** Whose the claims are: the mail itself, or the one that it was first. */
  claimant: { runId: string; mailId: string };
  record: MailRecord;
  /** What the call hands to SES, kept with the intent; null where nothing is kept. */
  content: SealedContent | null;
}

export type IntentAnswer =
  | { kind: 'taken'; attempt: number; failures: number }
  /** Another mail of the run holds one of the files. */
  | { kind: 'claimed'; claims: Claim[] }
  /** The entry is not what the caller thought: somebody else is at it. */
  | { kind: 'lost' };

export type CallResult =
  | { state: 'SENT' | 'REFUSED' | 'IN_DOUBT'; ending: Ending; failed?: boolean }
  /** `called: false`: it never came to the call. `failed`: SES answered with a 5xx of its own. */
  | { state: 'NOT_SENT'; called: boolean; failed: boolean };

export interface Ledger {
  find(mailId: string): Promise<LedgerEntry | null>;
  takeIntent(order: IntentOrder): Promise<IntentAnswer>;
  /** What became of attempt n. Null when the entry has moved on: then the ledger knows better. */
  record(mailId: string, attempt: number, result: CallResult): Promise<LedgerEntry | null>;
  /** INTENT(n) past its deadline becomes IN_DOUBT. Null when it is not, or no longer, such an intent. */
  doubt(mailId: string, attempt: number, olderThanMs: number, ending: Ending): Promise<LedgerEntry | null>;
  /** Others have been told what an operator said. */
  markTold(mailId: string): Promise<void>;
  /** Settles without sending: from nothing or from NOT_SENT; what was in doubt before its resend is in doubt again. Null when the entry is in another state. */
  close(mailId: string, runId: string, settlement: Settlement): Promise<LedgerEntry | null>;
}
