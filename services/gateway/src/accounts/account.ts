import type { Role, User } from '@tank/contracts';

/** A user with what only the sign-in may see. */
export interface StoredUser {
  user: User;
  /** null: there is no password, since the user signs in at the identity provider. */
  passwordHash: string | null;
}

/** Who calls, by an access token whose session is open. */
export interface Caller {
  userId: string;
  name: string;
  sessionId: string;
  role: Role;
  /** Whose automations and connections are seen; null: all. */
  groups: readonly string[] | null;
  mustChangePassword: boolean;
  /** There is none, nor an identity provider that sees to it; to the guard's callers: and the settings demand one. */
  lacksSecondFactor: boolean;
}

/** Where a sign-in comes from, for the limit of tries and for the list of sessions. */
export interface Client {
  address: string;
  userAgent: string;
}

/** What a browser keeps in its cookie, and until when at the most. */
export interface RefreshCookie {
  token: string;
  maxAgeSeconds: number;
}

/** `role-withdrawn`: at the identity provider. */
export type EndReason = 'signed-out' | 'ended' | 'replayed' | 'password-changed' | 'second-factor-changed' | 'disabled' | 'role-withdrawn';
