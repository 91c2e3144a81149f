import type { Sentence } from '../../../problem.js';
import type { Finding } from './finding.js';

/** A part of the self-check, and how long it may take. */
export interface StepAbout {
  id: string;
  what: Sentence;
  limitMs: number;
}

/** Hears of everything as it happens, and keeps the deadlines: the driver could hang in any step. */
export interface Listener {
  begun(step: StepAbout): void;
  found(finding: Finding): void;
}

/** The step in which the session of the checks logs off; it finds nothing. */
export const LEAVE = 'leave';
