import { setLogLevel } from '@tank/telemetry';
import { verifyTrail } from './audit/verify-trail.js';
import { derivedKey } from './adapters/access-tokens.js';
import { openGatewayDatabase } from './adapters/gateway-database.js';
import { openAudit } from './adapters/open-records.js';
import { readAccountsConfig } from './reset-administrator.config.js';
import { readRemembered, tellVerdict, VERIFY_USAGE } from './verify-audit.config.js';

// What it prints is for the one who runs it.
setLogLevel('error');

const CONNECTIONS = 2;

try {
  const asked = readRemembered(process.argv.slice(2));
  process.exitCode = asked === undefined ? tellUsage() : await verify(asked.remembered);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function verify(remembered: { entryNo: number; hash: string } | undefined): Promise<number> {
  const { LOGS_DB_URL, TANK_SESSION_KEY } = readAccountsConfig();
  const db = await openGatewayDatabase(LOGS_DB_URL, CONNECTIONS);
  try {
    const verdict = await verifyTrail(derivedKey(TANK_SESSION_KEY, 'audit trail'), openAudit(db, TANK_SESSION_KEY), remembered);
    process.stdout.write(tellVerdict(verdict));
    return verdict.isWhole ? 0 : 1;
  } finally {
    await db.close();
  }
}

function tellUsage(): number {
  process.stderr.write(VERIFY_USAGE);
  return 2;
}
