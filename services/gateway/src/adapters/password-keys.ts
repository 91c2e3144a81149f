import { createECDH, createHmac, createPrivateKey, hkdfSync, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { PasswordKey } from '@tank/contracts';
import { calculateJwkThumbprint, compactDecrypt, errors } from 'jose';
import { z } from 'zod';
import { derivedKey } from './access-tokens.js';
import type { UsedOnce } from './used-once.js';

export const NONCE_SECONDS = 120;
const ALGORITHM = 'ECDH-ES';
const ENCRYPTION = 'A256GCM';
/** Of the curve P-256: how many private keys there are, and one more. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const TIME_BYTES = 8;
const RANDOM_BYTES = 16;

const plaintextSchema = z.object({ password: z.string(), nonce: z.string() });
type PublicKey = PasswordKey['key'];

/** The key to which passwords are encrypted, the same in all replicas, and nonces that are good for one request within two minutes. */
export class PasswordKeys {
  readonly #private: KeyObject;
  readonly #public: Promise<PublicKey>;
  readonly #nonceKey: Buffer;

  constructor(sessionKey: Buffer, readonly plain: 'allow' | 'refuse', private readonly once: Pick<UsedOnce, 'use'>, private readonly now: () => Date = () => new Date()) {
    const { d, x, y } = pairFrom(sessionKey);
    this.#private = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d, x, y }, format: 'jwk' });
    this.#public = describe(x, y);
    this.#nonceKey = derivedKey(sessionKey, 'password nonce');
  }

  async offer(): Promise<PasswordKey> {
    const expiresAt = new Date(this.now().getTime() + NONCE_SECONDS * 1000);
    return { key: await this.#public, nonce: this.#nonce(expiresAt), expiresAt: expiresAt.toISOString() };
  }

  /** What is in it, and the nonce that has to be used up. Undefined: not to our key, changed on the way, or with a nonce that does not hold. */
  async open(encrypted: string): Promise<{ password: string; nonce: string } | undefined> {
    const plaintext = await this.#decrypt(encrypted);
    return plaintext && this.#expiryOf(plaintext.nonce) ? plaintext : undefined;
  }

  /** True the first time, in all replicas together. @param nonce of something that was opened */
  async use(nonce: string): Promise<boolean> {
    const expiresAt = this.#expiryOf(nonce);
    return expiresAt !== undefined && this.once.use(`password nonce ${nonce}`, expiresAt);
  }

  async #decrypt(encrypted: string): Promise<z.infer<typeof plaintextSchema> | undefined> {
    try {
      const { plaintext } = await compactDecrypt(encrypted, this.#private, { keyManagementAlgorithms: [ALGORITHM], contentEncryptionAlgorithms: [ENCRYPTION], maxDecompressedLength: 0 });
      return plaintextSchema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext))).data;
    } catch (error) {
      // Also what Web Crypto says of a point that is not on the curve, and of a text that is no JSON.
      if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError || error instanceof DOMException) return undefined;
      throw error;
    }
  }

  #nonce(expiresAt: Date): string {
    const time = Buffer.alloc(TIME_BYTES);
    time.writeBigUInt64BE(BigInt(expiresAt.getTime()));
    const body = Buffer.concat([time, randomBytes(RANDOM_BYTES)]);
    return Buffer.concat([body, this.#sign(body)]).toString('base64url');
  }

  /** Undefined for a nonce that is not ours, or is over. */
  #expiryOf(nonce: string): Date | undefined {
    const bytes = Buffer.from(nonce, 'base64url');
    const body = bytes.subarray(0, TIME_BYTES + RANDOM_BYTES);
    const signature = bytes.subarray(TIME_BYTES + RANDOM_BYTES);
    const expected = this.#sign(body);
    if (bytes.toString('base64url') !== nonce || signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
    const expiresAt = new Date(Number(body.readBigUInt64BE()));
    return expiresAt > this.now() ? expiresAt : undefined;
  }

  #sign(body: Buffer): Buffer {
    return createHmac('sha256', this.#nonceKey).update(body).digest();
  }
}

/** FIPS 186-5, A.2.1: 128 bits more than the key has, so that no key is likelier than another. */
function pairFrom(sessionKey: Buffer): { d: string; x: string; y: string } {
  const material = Buffer.from(hkdfSync('sha256', sessionKey, '', 'tank password key', 48)).toString('hex');
  const scalar = (BigInt(`0x${material}`) % (ORDER - 1n)) + 1n;
  const d = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(d);
  const point = pair.getPublicKey();
  const text = (bytes: Buffer) => bytes.toString('base64url');
  return { d: text(d), x: text(point.subarray(1, 33)), y: text(point.subarray(33)) };
}

async function describe(x: string, y: string): Promise<PublicKey> {
  const key = { kty: 'EC', crv: 'P-256', x, y } as const;
  return { ...key, use: 'enc', alg: ALGORITHM, kid: await calculateJwkThumbprint(key) };
}
