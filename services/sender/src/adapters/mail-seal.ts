import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { SealBroken, sentContentSchema, type CopyOfMail, type SealedContent, type SentContent } from '../sent-content.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** Most of a mail's HTML repeats itself: the lowest level takes it to a fifth. Waiting for a thread would cost ten times what it takes (0.02 ms for 8 KB). */
const LEVEL = 1;

/**
 * Seals what was sent with AES-256-GCM: compressed, with a key of its own for each mail (HKDF of TANK_SECRET_KEY and the mail's id), so that
 * no number of mails wears random nonces out. Mail and copy are authenticated, too: a content moved to another mail does not open there.
 */
export class MailSeal {
  readonly keyId: string;
  readonly #key: Buffer;

  /** @param secretKey 32 bytes; what is made of it here opens nothing else that it seals. */
  constructor(secretKey: Buffer) {
    this.#key = derive(secretKey, 'tank sent mail');
    this.keyId = createHash('sha256').update('tank sent mail key id').update(this.#key).digest('hex').slice(0, 12);
  }

  readonly seal = (content: SentContent, of: CopyOfMail): SealedContent => {
    const packed = deflateRawSync(Buffer.from(JSON.stringify(content)), { level: LEVEL });
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#keyOf(of), nonce).setAAD(bytesOf(of));
    const sealed = Buffer.concat([nonce, cipher.update(packed), cipher.final(), cipher.getAuthTag()]);
    return { sealed, keyId: this.keyId };
  };

  /** @throws SealBroken */
  readonly open = ({ sealed, keyId }: SealedContent, of: CopyOfMail): SentContent => {
    if (keyId !== this.keyId) throw new SealBroken('other-key');
    return sentContentSchema.parse(JSON.parse(inflateRawSync(this.#opened(sealed, of)).toString('utf8')));
  };

  #opened(sealed: Buffer, of: CopyOfMail): Buffer {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#keyOf(of), sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(bytesOf(of)).setAuthTag(sealed.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw new SealBroken('changed', { cause });
    }
  }

  #keyOf({ mailId }: CopyOfMail): Buffer {
    return derive(this.#key, mailId);
  }
}

function derive(key: Buffer, of: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', of, KEY_BYTES));
}

function bytesOf({ mailId, copy }: CopyOfMail): Buffer {
  return Buffer.from(`${mailId} ${copy}`);
}
