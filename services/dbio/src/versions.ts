import { Refused, TryLater, type AutomationDefinition } from '@tank/contracts';

/** Versions of automations. One never changes once a run uses it. */
export interface Versions {
  /** @throws TryLater while the scheduler does not answer. */
  get(versionId: string): Promise<{ definition: AutomationDefinition }>;
}

const RETRY_AFTER_MS = 2_000;

/** A step waits for a part of Tank that is away; anything else that is thrown stays what it is. */
export async function orTryLater<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isUnavailable(error)) throw new TryLater(error.message, RETRY_AFTER_MS, { cause: error });
    throw error;
  }
}

export function isUnavailable(error: unknown): error is Refused {
  return error instanceof Refused && error.refusal.code === 'UNAVAILABLE';
}
