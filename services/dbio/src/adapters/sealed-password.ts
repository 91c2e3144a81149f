import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import type { Sentence } from '../problem.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A password as the table holds it: nonce, ciphertext and tag in one, and which key it was sealed with. */
export interface SealedPassword {
  sealed: Buffer;
  keyId: string;
}

/** The password was sealed with another key, or its row was tampered with. */
export class CannotOpen extends Error {
  constructor(readonly why: Sentence, options?: ErrorOptions) {
    super(why[0], options);
    this.name = 'CannotOpen';
  }
}

/**
 * Seals passwords with AES-256-GCM. Whose password it is, such as the connection's id, is authenticated with each, so that
 * a sealed password moved to another row does not open there.
 */
export class PasswordSeal {
  readonly keyId: string;

  /** @param key 32 bytes. */
  constructor(private readonly key: Buffer) {
    this.keyId = createHash('sha256').update('tank key id').update(key).digest('hex').slice(0, 12);
  }

  seal(password: string, owner: string): SealedPassword {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(owner));
    const text = Buffer.concat([cipher.update(password, 'utf8'), cipher.final()]);
    return { sealed: Buffer.concat([nonce, text, cipher.getAuthTag()]), keyId: this.keyId };
  }

  /** @throws CannotOpen */
  open({ sealed, keyId }: SealedPassword, owner: string): string {
    if (keyId !== this.keyId) {
      throw new CannotOpen([
        `The password was sealed with the key ${keyId}; TANK_SECRET_KEY is ${this.keyId}.`,
        `비밀번호를 암호화한 키는 ${keyId}이고 현재 TANK_SECRET_KEY는 ${this.keyId}입니다.`,
      ]);
    }
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(owner)).setAuthTag(sealed.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new CannotOpen(['The sealed password was changed, or belongs to another connection.', '암호화된 비밀번호가 변경되었거나 다른 연결의 것입니다.'], { cause });
    }
  }

  /** The same for the same text and key; without the key nobody can try which text it was. */
  digest(text: string): string {
    return createHmac('sha256', this.key).update('tank digest').update(text).digest('hex');
  }
}
