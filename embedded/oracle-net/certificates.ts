import { createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

/** PEM. */
export interface Certificate {
  key: string;
  cert: string;
}

export interface CertificateWishes {
  commonName: string;
  /** Names and IPv4 addresses the certificate is for; none for one that signs others. */
  hosts?: string[];
  /** Signed by this one; by itself unless told. */
  issuer?: Certificate & { commonName: string };
  notAfter?: Date;
}

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = '2a8648ce3d040302';
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const SUBJECT_ALT_NAME = '551d11';

/** A certificate for tests: keys and all are made here, nothing is kept. A day long, unless told. */
export function makeCertificate(wishes: CertificateWishes): Certificate & { commonName: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = wishes.issuer ? createPrivateKey(wishes.issuer.key) : privateKey;
  const body = bodyOf(wishes, publicKey);
  const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
  const der = sequence(body, algorithm, bitString(sign('sha256', body, signer)));
  const lines = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return {
    commonName: wishes.commonName, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

function bodyOf(wishes: CertificateWishes, publicKey: KeyObject): Buffer {
  const notAfter = wishes.notAfter ?? new Date(Date.now() + DAY_MS);
  return sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    sequence(objectId(ECDSA_WITH_SHA256)),
    nameOf(wishes.issuer?.commonName ?? wishes.commonName),
    sequence(time(new Date(Math.min(Date.now(), notAfter.getTime()) - DAY_MS)), time(notAfter)),
    nameOf(wishes.commonName),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(wishes.hosts ? hostsOf(wishes.hosts) : isAuthority())),
  );
}

function isAuthority(): Buffer {
  return sequence(objectId(BASIC_CONSTRAINTS), tagged(0x01, Buffer.from([0xff])), tagged(0x04, sequence(tagged(0x01, Buffer.from([0xff])))));
}

function hostsOf(hosts: string[]): Buffer {
  const names = hosts.map((host) => (isIP(host) === 4 ? tagged(0x87, Buffer.from(host.split('.').map(Number))) : tagged(0x82, Buffer.from(host))));
  return sequence(objectId(SUBJECT_ALT_NAME), tagged(0x04, sequence(...names)));
}

function nameOf(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(objectId(COMMON_NAME), tagged(0x0c, Buffer.from(commonName)))));
}

function time(at: Date): Buffer {
  return tagged(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function objectId(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

function bitString(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

/** DER: tag, length, value. */
function tagged(tag: number, value: Buffer): Buffer {
  const length = value.length < 0x80 ? [value.length] : value.length < 0x100 ? [0x81, value.length] : [0x82, value.length >> 8, value.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}
