/**
 * What can go wrong between us and SES. `…-after` kinds accept the mail first: the recipient has it, the client does not know.
 * A fault is used up after `times` calls (1 unless told); with `mailId` it waits for that mail.
 */
export const FAULT_KINDS = [
  'throttle', 'throttle-400', 'quota',
  'paused', 'suspended', 'mail-from', 'unverified', 'signature', 'no-configuration-set',
  'rejected', 'bad-request',
  'error-500', 'error-503', 'error-500-without-id', 'html-page',
  'reset-before', 'reset-after', 'late-after', 'cut-body-after', 'hang-body-after', 'html-page-after',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  times?: number;
  mailId?: string;
  /** How late `late-after` answers, in ms. */
  delayMs?: number;
  /** HTTP status of an HTML page (502 unless told). */
  status?: number;
}

export function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && (FAULT_KINDS as readonly unknown[]).includes((value as Fault).kind);
}

/** The faults still to come, oldest first. */
export class FaultScript {
  #pending: (Fault & { left: number })[] = [];

  inject(fault: Fault): void {
    this.#pending.push({ ...fault, left: fault.times ?? 1 });
  }

  /** The fault of this call, if any; counts it as used. */
  take(mailId: string | null): Fault | null {
    const fault = this.#pending.find((one) => one.mailId === undefined || one.mailId === mailId);
    if (!fault) return null;
    fault.left -= 1;
    if (fault.left <= 0) this.#pending = this.#pending.filter((one) => one !== fault);
    return fault;
  }

  clear(): void {
    this.#pending = [];
  }
}
