import type { Connection } from '@tank/contracts';

/** How long calls to a source may take, in milliseconds, and how many of its sessions Tank may use. */
export interface SourceLimits {
  connectMs: number;
  /** A check, a sample, a connect test: somebody waits for it. */
  askMs: number;
  /** One fetch of a Target Query; the first one may have to sort. */
  fetchMs: number;
  lookUpMs: number;
  /** One batch of updates. */
  updateMs: number;
  poolSize: number;
  /** `off`; `on`: encrypted, any certificate; `verify`: the certificate is checked. */
  tls: 'off' | 'on' | 'verify';
}

/**
 * What holds for one connection: of two times the shorter one; its own pool and encryption in place of those of the settings.
 * A logon is no statement: its time is always that of the settings.
 */
export function limitsFor({ limits, tls }: Pick<Connection, 'limits' | 'tls'>, settings: SourceLimits): SourceLimits {
  const atMost = (ms: number) => Math.min(ms, limits.statementTimeoutMs ?? Infinity);
  return {
    connectMs: settings.connectMs,
    askMs: atMost(settings.askMs),
    fetchMs: atMost(settings.fetchMs),
    lookUpMs: atMost(settings.lookUpMs),
    updateMs: atMost(settings.updateMs),
    poolSize: limits.poolMax ?? settings.poolSize,
    tls: tls ?? settings.tls,
  };
}
