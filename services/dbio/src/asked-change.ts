import type { Actor } from '@tank/contracts';

/** Who changes something, and the revision that the change was decided by; null: whatever it is. */
export interface AskedChange {
  revision: number | null;
  by: Actor;
}
