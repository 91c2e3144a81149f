import type { Connection } from '@tank/contracts';
import { sourceFailed } from '../problem.js';
import { GuardedSource, type BreakerSettings } from './guarded-source.js';
import { LimitedSource } from './limited-source.js';
import type { BreakableSource, Secrets } from './open-sources.js';
import type { OracleSettings } from './oracle/oracle-access.js';
import { walletDirMissing } from './oracle/oracle-client-troubles.js';
import { OracleSource } from './oracle/oracle-source.js';
import { PostgresSource } from './postgres/postgres-source.js';
import type { SourceLimits } from './source-limits.js';

export interface SourceSettings {
  limits: SourceLimits;
  breaker: BreakerSettings;
  oracle: OracleSettings;
}

/** Sessions of an Oracle database are dear, each a process of its own: these are enough for all that one mailing needs. */
const ORACLE_SESSIONS = 4;

/**
 * The source of a connection, behind its breaker and within its DBA's limits.
 * @throws SourceFailed when its wallet cannot be looked for.
 */
export function openSource(connection: Connection, secrets: Secrets, settings: SourceSettings): BreakableSource {
  const source = connection.kind === 'oracle' ? openOracle(connection, secrets, settings) : new PostgresSource(connection, secrets.password, settings.limits);
  return new LimitedSource(new GuardedSource(source, settings.breaker), connection);
}

function openOracle(connection: Connection, secrets: Secrets, { limits, oracle }: SourceSettings): OracleSource {
  if (connection.wallet !== null && oracle.walletDir === null) throw sourceFailed(walletDirMissing(connection.wallet));
  return new OracleSource(connection, secrets, oracle, oracleLimits(limits));
}

/** What holds for a connection to Oracle that says nothing else. */
export function oracleLimits(settings: SourceLimits): SourceLimits {
  return { ...settings, poolSize: Math.min(settings.poolSize, ORACLE_SESSIONS) };
}
