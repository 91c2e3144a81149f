import { authenticatorCode } from '../test/authenticator.js';
import * as sample from '../test/samples.js';
import { RECOVERY_CODES, TotpSecrets } from './totp-secrets.js';

const KEY = Buffer.alloc(32, 7);
const KIM = { userId: sample.USER, name: 'kim' };
const AT = new Date('2026-11-20T00:00:10.000Z');
const stepAt = (at: Date) => Math.floor(at.getTime() / 30_000);
const later = (seconds: number) => new Date(AT.getTime() + seconds * 1000);

describe('secrets of second factors', () => {
  const secrets = new TotpSecrets(KEY);

  it('are what the test takes for an authenticator app (RFC 6238, appendix B)', () => {
    expect(authenticatorCode('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', new Date(59_000))).toBe('287082');
    expect(authenticatorCode('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', new Date(20_000_000_000_000))).toBe('353130');
  });

  it('are told once, as text and for a QR code, and kept sealed', () => {
    const { secret, uri, sealed } = secrets.make(KIM);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(uri).toBe(`otpauth://totp/Tank:kim?issuer=Tank&secret=${secret}&algorithm=SHA1&digits=6&period=30`);
    expect(sealed.toString('latin1')).not.toContain(secret);
    expect(secrets.make(KIM).secret).not.toBe(secret);
  });

  it.each([[-30, -1], [0, 0], [30, 1]])('take the code of %d s from now', (seconds, steps) => {
    const { secret, sealed } = secrets.make(KIM);
    expect(secrets.stepOf(sealed, KIM.userId, authenticatorCode(secret, later(seconds)), AT)).toBe(stepAt(AT) + steps);
  });

  it.each([-60, 60, 86_400])('take no code of %d s from now', (seconds) => {
    const { secret, sealed } = secrets.make(KIM);
    expect(secrets.stepOf(sealed, KIM.userId, authenticatorCode(secret, later(seconds)), AT)).toBeUndefined();
  });

  it('open for their user alone, with their key alone', () => {
    const { secret, sealed } = secrets.make(KIM);
    const code = authenticatorCode(secret, AT);
    expect(secrets.stepOf(sealed, sample.SESSION, code, AT)).toBe('unreadable');
    expect(new TotpSecrets(Buffer.alloc(32, 8)).stepOf(sealed, KIM.userId, code, AT)).toBe('unreadable');
    expect(secrets.stepOf(Buffer.from(sealed.map((byte, at) => (at === 20 ? byte ^ 1 : byte))), KIM.userId, code, AT)).toBe('unreadable');
    expect(secrets.stepOf(Buffer.alloc(3), KIM.userId, code, AT)).toBe('unreadable');
  });

  it('come with recovery codes, each another, known however they are typed, for one user', () => {
    const { codes, digests } = secrets.makeRecoveryCodes(KIM.userId);
    expect(new Set(codes).size).toBe(RECOVERY_CODES);
    for (const code of codes) expect(code).toMatch(/^[a-hj-km-np-z2-9]{5}-[a-hj-km-np-z2-9]{5}$/);
    expect(secrets.digestOf(KIM.userId, ` ${codes[0]!.toUpperCase().replace('-', ' ')}`)).toEqual(digests[0]);
    expect(secrets.digestOf(sample.SESSION, codes[0]!)).not.toEqual(digests[0]);
  });
});
