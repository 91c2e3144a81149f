import type { Actor, AskedChange } from '@tank/contracts';
import type { Caller } from './accounts/account.js';

export function askedChange({ revision }: { revision: number | null }, { caller }: { caller: Caller }): AskedChange {
  return { revision, by: actorOf(caller) };
}

/** What other services keep of a caller. */
export function actorOf({ userId, name }: Caller): Actor {
  return { userId, name };
}
