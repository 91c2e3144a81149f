import { createCipheriv, createDecipheriv, createHash, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Account } from '../backend.ts';

/** Rounds of the real database are 4,096; a test logs on hundreds of times. */
const VERIFIER_ROUNDS = 256;
const KEY_ROUNDS = 3;
const NO_VECTOR = Buffer.alloc(16);
const BLOCK = 16;
const OLD_KEY_BYTES = 48;

/** What the client is told in the first phase of the logon, and what the server must remember for the second. */
export interface Challenge {
  verifierType: number;
  mixesOldWay: boolean;
  verifierData: Buffer;
  /** The server's half of the session key, encrypted with the password's hash. */
  encryptedKey: Buffer;
  serverKey: Buffer;
  passwordHash: Buffer;
  mixingSalt: Buffer;
  verifierRounds: number;
  keyRounds: number;
}

/** The challenge for a password: PBKDF2 with SHA-512 since 12c, salted SHA-1 before, with keys mixed in a new way or the old. */
export function challengeFor(password: string, verifier: NonNullable<Account['verifier']>): Challenge {
  return verifier === '12c' ? pbkdf2Challenge(password) : sha1Challenge(password, verifier === '11g' ? 32 : OLD_KEY_BYTES);
}

function pbkdf2Challenge(password: string): Challenge {
  const verifierData = randomBytes(16);
  const salt = Buffer.concat([verifierData, Buffer.from('AUTH_PBKDF2_SPEEDY_KEY')]);
  const key = pbkdf2Sync(password, salt, VERIFIER_ROUNDS, 64, 'sha512');
  const passwordHash = createHash('sha512').update(key).update(verifierData).digest().subarray(0, 32);
  return { ...withServerKey(passwordHash, 32), verifierType: 0x4815, verifierData };
}

function sha1Challenge(password: string, keyBytes: number): Challenge {
  const verifierData = randomBytes(10);
  const passwordHash = Buffer.alloc(24);
  createHash('sha1').update(password).update(verifierData).digest().copy(passwordHash);
  return { ...withServerKey(passwordHash, keyBytes), verifierType: 0xb152, verifierData };
}

function withServerKey(passwordHash: Buffer, bytes: number) {
  const serverKey = randomBytes(bytes);
  const encryptedKey = encrypt(passwordHash, serverKey);
  return {
    mixesOldWay: bytes === OLD_KEY_BYTES, serverKey, passwordHash, encryptedKey,
    mixingSalt: randomBytes(16), verifierRounds: VERIFIER_ROUNDS, keyRounds: KEY_ROUNDS,
  };
}

/** The key both sides have when they know the same password. @param encryptedClientKey the client's half, as it came */
export function sharedKey(challenge: Challenge, encryptedClientKey: Buffer): Buffer | null {
  if (encryptedClientKey.length !== challenge.serverKey.length) return null;
  const clientKey = decrypt(challenge.passwordHash, encryptedClientKey);
  return challenge.mixesOldWay ? md5Key(challenge.serverKey, clientKey) : pbkdf2Key(challenge, clientKey);
}

function md5Key(serverKey: Buffer, clientKey: Buffer): Buffer {
  const mixed = Buffer.alloc(24);
  for (let i = 0; i < 24; i += 1) mixed[i] = serverKey[i + 16]! ^ clientKey[i + 16]!;
  const halves = [mixed.subarray(0, 16), mixed.subarray(16)].map((half) => createHash('md5').update(half).digest());
  return Buffer.concat(halves).subarray(0, 24);
}

function pbkdf2Key(challenge: Challenge, clientKey: Buffer): Buffer {
  const bytes = challenge.passwordHash.length;
  const both = Buffer.concat([clientKey.subarray(0, bytes), challenge.serverKey.subarray(0, bytes)]).toString('hex').toUpperCase();
  return pbkdf2Sync(both, challenge.mixingSalt, challenge.keyRounds, bytes, 'sha512');
}

/** The password that was encrypted with the shared key; null when it was encrypted with another one. */
export function passwordFrom(key: Buffer, encrypted: Buffer): string | null {
  if (encrypted.length <= BLOCK || encrypted.length % BLOCK !== 0) return null;
  const plain = decrypt(key, encrypted);
  const padding = plain[plain.length - 1]!;
  if (padding < 1 || padding > BLOCK) return null;
  return plain.subarray(BLOCK, plain.length - padding).toString('utf8');
}

/** Proves to the client that the server knows the password, too. */
export function serverResponse(key: Buffer): Buffer {
  return encrypt(key, Buffer.concat([randomBytes(BLOCK), Buffer.from('SERVER_TO_CLIENT'), Buffer.alloc(BLOCK, BLOCK)]));
}

function encrypt(key: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, NO_VECTOR).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

function decrypt(key: Buffer, encrypted: Buffer): Buffer {
  const decipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, NO_VECTOR).setAutoPadding(false);
  return Buffer.concat([decipher.update(encrypted), decipher.final()]);
}
