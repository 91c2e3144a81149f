import { secondFactorUnreadable } from './second-factor-problems.js';

interface Store {
  secretsOf(userId: string): Promise<{ current: Buffer | null; pending: Buffer | null } | undefined>;
  useStep(userId: string, sealed: Buffer, step: number): Promise<boolean>;
  useRecoveryCode(userId: string, digest: Buffer): Promise<boolean>;
}
interface Secrets {
  stepOf(sealed: Buffer, userId: string, code: string, at: Date): number | undefined | 'unreadable';
  digestOf(userId: string, recoveryCode: string): Buffer;
}

/** Codes of confirmed second factors: of the app, or recovery codes. Each is good once, whichever replica sees it first. */
export class SecondFactorCodes {
  constructor(private readonly store: Store, private readonly secrets: Secrets, private readonly now: () => Date = () => new Date()) {}

  /** Whether the code was good, which it is no more. @throws ApiProblem SECOND_FACTOR_UNREADABLE */
  async use(userId: string, code: string): Promise<boolean> {
    const digits = sixDigits(code);
    if (digits === undefined) return this.store.useRecoveryCode(userId, this.secrets.digestOf(userId, code));
    const { current = null } = (await this.store.secretsOf(userId)) ?? {};
    if (current === null) return false;
    const step = this.secrets.stepOf(current, userId, digits, this.now());
    if (step === 'unreadable') throw secondFactorUnreadable();
    return step !== undefined && this.store.useStep(userId, current, step);
  }
}

/** Apps show them in two groups. Undefined for what is no code of an app. */
export function sixDigits(code: string): string | undefined {
  const digits = code.replace(/\s/g, '');
  return /^\d{6}$/.test(digits) ? digits : undefined;
}
