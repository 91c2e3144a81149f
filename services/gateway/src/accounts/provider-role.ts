import { ROLES, type Role } from '@tank/contracts';

/** What the provider calls our roles. */
export type RoleNames = Readonly<Record<string, Role>>;

/**
 * The highest role that a claim gives: a list of names, or one. `claim` may be a path such as `realm_access.roles`, unless a claim has that very
 * name. Undefined: none.
 */
export function roleFrom(claims: Readonly<Record<string, unknown>>, claim: string, names: RoleNames): Role | undefined {
  const told = [claimOf(claims, claim)].flat().filter((name) => typeof name === 'string');
  const roles = told.flatMap((name) => (Object.hasOwn(names, name) ? [names[name]!] : []));
  return ROLES.find((role) => roles.includes(role));
}

/** Undefined where there is none. */
export function claimOf(claims: Readonly<Record<string, unknown>>, claim: string): unknown {
  if (Object.hasOwn(claims, claim)) return claims[claim];
  return claim.split('.').reduce<unknown>((at, name) => (typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : undefined), claims);
}
