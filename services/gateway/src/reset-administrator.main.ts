import { setLogLevel } from '@tank/telemetry';
import { resetAdministrator } from './accounts/reset-administrator.js';
import { Argon2Passwords } from './adapters/argon2-passwords.js';
import { openGatewayDatabase } from './adapters/gateway-database.js';
import { openRecords } from './adapters/open-records.js';
import { attemptsOf } from './adapters/open-accounts.js';
import { UserStore } from './adapters/user-store.js';
import { readAccountsConfig, readName, USAGE } from './reset-administrator.config.js';

const CONNECTIONS = 2;

// What it prints is for the one who runs it.
setLogLevel('error');

try {
  const name = readName(process.argv.slice(2));
  process.exitCode = name === undefined ? tellUsage() : await reset(name);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function reset(name: string): Promise<number> {
  const config = readAccountsConfig();
  const db = await openGatewayDatabase(config.LOGS_DB_URL, CONNECTIONS);
  try {
    const done = await resetAdministrator(new UserStore(db), new Argon2Passwords(), attemptsOf(db, config.TANK_SESSION_KEY), name);
    if ('known' in done) {
      process.stderr.write(`There is no user ${name}, but: ${done.known.join(', ')}. 그런 사용자가 없습니다.\n`);
      return 1;
    }
    // By whoever may log on to the server.
    await openRecords(db, config.TANK_SESSION_KEY).trail.record({ by: null, address: null, operation: 'resetAdministrator', objectKind: 'user', objectId: null, detail: { name }, traceId: null });
    process.stdout.write(`${name} is an administrator. Temporary password, to be changed at the sign-in · 임시 비밀번호(로그인할 때 변경): ${done.temporaryPassword}\n`);
    return 0;
  } finally {
    await db.close();
  }
}

function tellUsage(): number {
  process.stderr.write(USAGE);
  return 2;
}
