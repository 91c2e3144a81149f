const ALGORITHM = { name: 'ECDH', namedCurve: 'P-256' };
const ENCRYPTION = 'A256GCM';

/**
 * A password as the API takes it from pages: JWE in compact form (RFC 7516; ECDH-ES, A256GCM) to the key of GET /api/session/key, with its nonce inside, so that
 * nobody on the way can read it or send it again.
 */
export async function encryptPassword(password, { key, nonce }) {
  const { kty, crv, x, y, kid } = key;
  const theirs = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, ALGORITHM, false, []);
  const ours = await crypto.subtle.generateKey(ALGORITHM, true, ['deriveBits']);
  const { x: epkX, y: epkY } = await crypto.subtle.exportKey('jwk', ours.publicKey);
  const header = base64url(utf8(JSON.stringify({ alg: 'ECDH-ES', enc: ENCRYPTION, kid, epk: { kty, crv, x: epkX, y: epkY } })));
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, ours.privateKey, 256);
  const contentKey = await crypto.subtle.importKey('raw', await derive(new Uint8Array(shared)), 'AES-GCM', false, ['encrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(header), tagLength: 128 }, contentKey, utf8(JSON.stringify({ password, nonce }))));
  return { encrypted: [header, '', base64url(iv), base64url(sealed.subarray(0, -16)), base64url(sealed.subarray(-16))].join('.') };
}

/** Concat KDF of RFC 7518, 4.6.2: one round of SHA-256 gives the 256 bits. */
async function derive(shared) {
  const algorithm = utf8(ENCRYPTION);
  return crypto.subtle.digest('SHA-256', concat(uint32(1), shared, uint32(algorithm.length), algorithm, uint32(0), uint32(0), uint32(256)));
}

function utf8(text) {
  return new TextEncoder().encode(text);
}

function uint32(value) {
  return new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
}

function concat(...parts) {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
