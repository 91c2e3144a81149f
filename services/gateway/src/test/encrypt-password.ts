import type { PasswordKey } from '@tank/contracts';

const ENCRYPTION = 'A256GCM';
const KEY_BITS = 256;
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const TAG_BYTES = 16;
const { subtle } = globalThis.crypto;

/**
 * A password as a page sends it, with nothing but what every browser has (Web Crypto): a compact JWE (RFC 7516) by ECDH-ES (RFC 7518, 4.6)
 * and A256GCM.
 */
export async function encryptPassword(password: string, { key: { kty, crv, x, y, kid }, nonce }: Pick<PasswordKey, 'key' | 'nonce'>): Promise<{ encrypted: string }> {
  const theirs = await subtle.importKey('jwk', { kty, crv, x, y }, CURVE, false, []);
  const ours = await subtle.generateKey(CURVE, true, ['deriveBits']);
  const epk = await subtle.exportKey('jwk', ours.publicKey);
  const header = base64url(utf8(JSON.stringify({ alg: 'ECDH-ES', enc: ENCRYPTION, kid, epk: { kty, crv, x: epk.x, y: epk.y } })));
  const agreed = new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: theirs }, ours.privateKey, KEY_BITS));
  const contentKey = await subtle.importKey('raw', await derive(agreed), 'AES-GCM', false, ['encrypt']);
  const iv = globalThis.crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(header) }, contentKey, utf8(JSON.stringify({ password, nonce }))));
  const [text, tag] = [sealed.slice(0, -TAG_BYTES), sealed.slice(-TAG_BYTES)];
  // Nothing stands between the first two points: with ECDH-ES no key travels.
  return { encrypted: [header, '', ...[iv, text, tag].map(base64url)].join('.') };
}

/** Concat KDF (NIST SP 800-56A): one round of SHA-256, since that is as long as the key. */
function derive(agreed: Uint8Array): Promise<ArrayBuffer> {
  const nobody = number(0);
  const algorithm = [number(ENCRYPTION.length), utf8(ENCRYPTION)];
  return subtle.digest('SHA-256', new Uint8Array([number(1), agreed, ...algorithm, nobody, nobody, number(KEY_BITS)].flatMap((bytes) => [...bytes])));
}

function number(value: number): Uint8Array {
  return new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
