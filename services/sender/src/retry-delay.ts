/** First call and at most three retries; only a 5xx of SES itself consumes one. */
export const MAX_FAILURES = 4;

const BASE_MS = [1_000, 4_000, 15_000];

/** How long to wait after the nth failure (from 1), with half of it as jitter so that a thousand mails do not come back at once. */
export function retryDelayMs(failures: number, random: () => number = Math.random): number {
  const base = BASE_MS[Math.min(failures, BASE_MS.length) - 1] ?? BASE_MS[0]!;
  return Math.round(base * (0.5 + random() / 2));
}
