import { hkdfSync } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

export const ACCESS_TOKEN_MS = 600_000;
const ALGORITHM = 'HS256';
const TYPE = 'at+jwt';
const ISSUER = 'tank';
/** Of the clocks of two replicas. */
const TOLERANCE_SECONDS = 5;

const claimsSchema = z.object({ sub: z.uuid(), sid: z.uuid() });
export interface TokenBearer {
  userId: string;
  sessionId: string;
}

/** A key of our own for each use, from the one that the settings give. */
export function derivedKey(sessionKey: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', sessionKey, '', `tank ${use}`, 32));
}

/** Access tokens that every replica with the same key makes and reads. They say who and which session; what that may do is asked each time. */
export class AccessTokens {
  readonly #key: Buffer;

  constructor(sessionKey: Buffer, private readonly now: () => Date = () => new Date()) {
    this.#key = derivedKey(sessionKey, 'access token');
  }

  async make({ userId, sessionId }: TokenBearer): Promise<{ accessToken: string; expiresAt: string }> {
    const issuedAt = Math.floor(this.now().getTime() / 1000);
    const expiresAt = issuedAt + ACCESS_TOKEN_MS / 1000;
    const accessToken = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setIssuer(ISSUER).setAudience(ISSUER).setSubject(userId).setIssuedAt(issuedAt).setExpirationTime(expiresAt)
      .sign(this.#key);
    return { accessToken, expiresAt: new Date(expiresAt * 1000).toISOString() };
  }

  /** Undefined for whatever is not a token of ours that still holds. */
  async read(token: string): Promise<TokenBearer | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [ALGORITHM], typ: TYPE, issuer: ISSUER, audience: ISSUER, requiredClaims: ['exp', 'iat', 'sub', 'sid'],
        clockTolerance: TOLERANCE_SECONDS, currentDate: this.now(),
      });
      const claims = claimsSchema.safeParse(payload);
      return claims.success ? { userId: claims.data.sub, sessionId: claims.data.sid } : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
