import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A password as the table holds it: nonce, ciphertext and tag in one, and which key it was sealed with. */
export interface SealedPassword {
  sealed: Buffer;
  keyId: string;
}

/** The password was sealed with another key, or its row was tampered with. */
export class CannotOpen extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CannotOpen';
  }
}

/**
 * Seals passwords with AES-256-GCM. The connection's id is authenticated with each, so that a sealed password moved to
 * another row does not open there.
 */
export class PasswordSeal {
  readonly keyId: string;

  /** @param key 32 bytes. */
  constructor(private readonly key: Buffer) {
    this.keyId = createHash('sha256').update('tank key id').update(key).digest('hex').slice(0, 12);
  }

  seal(password: string, connectionId: string): SealedPassword {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(connectionId));
    const text = Buffer.concat([cipher.update(password, 'utf8'), cipher.final()]);
    return { sealed: Buffer.concat([nonce, text, cipher.getAuthTag()]), keyId: this.keyId };
  }

  /** @throws CannotOpen */
  open({ sealed, keyId }: SealedPassword, connectionId: string): string {
    if (keyId !== this.keyId) throw new CannotOpen(`The password was sealed with the key ${keyId}; TANK_SECRET_KEY is ${this.keyId}.`);
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(connectionId)).setAuthTag(sealed.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new CannotOpen('The sealed password was changed, or belongs to another connection.', { cause });
    }
  }
}
