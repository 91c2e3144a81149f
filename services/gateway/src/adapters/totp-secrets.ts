import { createHmac, randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { derivedKey } from './access-tokens.js';
import { TextSeal, type SealedText } from './sealed-text.js';

/** RFC 6238 as every authenticator app knows it. */
const SHAPE = { algorithm: 'SHA1', digits: 6, period: 30 };
/** A clock may be one step off, either way. */
const WINDOW = 1;
const ISSUER = 'Tank';
export const RECOVERY_CODES = 10;
/** Without letters and figures that look alike. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const HALF = 5;

/** The secrets of second factors: sealed for their user, under keys from the one that the settings give. */
export class TotpSecrets {
  readonly #seal: TextSeal;
  readonly #digestKey: Buffer;

  constructor(sessionKey: Buffer) {
    this.#seal = new TextSeal(derivedKey(sessionKey, 'second factor'));
    this.#digestKey = derivedKey(sessionKey, 'recovery codes');
  }

  /** `secret` in base32, `uri` for a QR code; `sealed` is what may be kept. */
  make({ userId, name }: { userId: string; name: string }): { secret: string; uri: string; sealed: SealedText } {
    const secret = new Secret({ size: 20 });
    const uri = new TOTP({ ...SHAPE, issuer: ISSUER, label: name, secret }).toString();
    return { secret: secret.base32, uri, sealed: this.#seal.seal(secret.base32, userId) };
  }

  /** The time step that a code belongs to; undefined for a wrong one. `unreadable`: sealed with another key, or for somebody else. */
  stepOf(sealed: SealedText, userId: string, code: string, at: Date): number | undefined | 'unreadable' {
    const secret = this.#seal.open(sealed, userId);
    if (secret === undefined) return 'unreadable';
    const timestamp = at.getTime();
    const delta = TOTP.validate({ ...SHAPE, secret: Secret.fromBase32(secret), token: code, timestamp, window: WINDOW });
    return delta === null ? undefined : TOTP.counter({ period: SHAPE.period, timestamp }) + delta;
  }

  makeRecoveryCodes(userId: string): { codes: string[]; digests: Buffer[] } {
    const codes = Array.from({ length: RECOVERY_CODES }, () => `${randomText(HALF)}-${randomText(HALF)}`);
    return { codes, digests: codes.map((code) => this.digestOf(userId, code)) };
  }

  /** However it was typed. */
  digestOf(userId: string, recoveryCode: string): Buffer {
    return createHmac('sha256', this.#digestKey).update(`${userId} ${recoveryCode.toLowerCase().replace(/[\s-]/g, '')}`).digest();
  }
}

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
