import type { Actor } from '@tank/contracts';
import type { Caller } from './accounts/account.js';

/** Who changes something, and the revision that the change was decided by; null: whatever it is. */
export interface AskedChange {
  revision: number | null;
  by: Actor;
}

export function askedChange({ revision }: { revision: number | null }, { caller }: { caller: Caller }): AskedChange {
  return { revision, by: actorOf(caller) };
}

/** What other services keep of a caller. */
export function actorOf({ userId, name }: Caller): Actor {
  return { userId, name };
}
