import { createHash } from 'node:crypto';
import { userNameSchema } from '@tank/contracts';

/** Who somebody is at the provider: the pair is for ever, unlike a name or an address. */
export interface ProviderSubject {
  issuer: string;
  subject: string;
}

/**
 * Names for a user who comes from the provider, the nicest first; the first that is free is taken. None of them says who the user is: that is
 * issuer and subject, so a name that somebody else has got is no way into his account.
 */
export function userNamesFor({ issuer, subject }: ProviderSubject, wished: unknown): string[] {
  const digest = createHash('sha256').update(JSON.stringify([issuer, subject])).digest('hex');
  const { data: name } = userNameSchema.safeParse(wished);
  return [...(name === undefined ? [] : [name, `${name.slice(0, 55)}-${digest.slice(0, 8)}`]), `user-${digest.slice(0, 8)}`, `user-${digest.slice(0, 40)}`];
}
