import { setLogLevel } from '@tank/telemetry';
import { resetAdministrator } from './accounts/reset-administrator.js';
import { Argon2Passwords } from './adapters/argon2-passwords.js';
import { openGatewayDatabase, type GatewayDatabase } from './adapters/gateway-database.js';
import { openRecords } from './adapters/open-records.js';
import { attemptsOf } from './adapters/open-accounts.js';
import { UserStore } from './adapters/user-store.js';
import { readAccountsConfig, readReset, USAGE } from './reset-administrator.config.js';

const CONNECTIONS = 2;

// What it prints is for the one who runs it.
setLogLevel('error');

/** Stands where a user would, for whoever may log on to the server. */
const BY_COMMAND = { userId: '00000000-0000-0000-0000-000000000000', name: 'admin:reset' };
const RECORDED = { by: null, address: null, objectKind: null, objectId: null, traceId: null };

try {
  const wish = readReset(process.argv.slice(2));
  process.exitCode = wish === undefined ? tellUsage() : await onDatabase((db, sessionKey) => (wish === 'networks' ? resetNetworks(db, sessionKey) : reset(db, sessionKey, wish.administrator)));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function onDatabase(work: (db: GatewayDatabase, sessionKey: Buffer) => Promise<number>): Promise<number> {
  const config = readAccountsConfig();
  const db = await openGatewayDatabase(config.LOGS_DB_URL, CONNECTIONS);
  try {
    return await work(db, config.TANK_SESSION_KEY);
  } finally {
    await db.close();
  }
}

async function reset(db: GatewayDatabase, sessionKey: Buffer, name: string): Promise<number> {
  const done = await resetAdministrator(new UserStore(db), new Argon2Passwords(), attemptsOf(db, sessionKey), name);
  if ('known' in done) {
    process.stderr.write(`There is no user ${name}, but: ${done.known.join(', ')}. 그런 사용자가 없습니다.\n`);
    return 1;
  }
  await openRecords(db, sessionKey).trail.record({ ...RECORDED, operation: 'resetAdministrator', objectKind: 'user', detail: { name } });
  process.stdout.write(`${name} is an administrator. Temporary password, to be changed at the sign-in · 임시 비밀번호(로그인할 때 변경): ${done.temporaryPassword}\n`);
  return 0;
}

async function resetNetworks(db: GatewayDatabase, sessionKey: Buffer): Promise<number> {
  const { trail, settings } = openRecords(db, sessionKey);
  const { allowedNetworks } = await settings.current();
  await trail.record({ ...RECORDED, operation: 'resetNetworks', detail: { allowedNetworks } });
  await settings.change({ allowedNetworks: [] }, BY_COMMAND, 'npm run admin:reset -- --networks', null);
  process.stdout.write(`Tank may be used from everywhere within two seconds; before it was from · 2초 안에 모든 곳에서 접속할 수 있습니다. 이전 설정: ${allowedNetworks.join(', ') || '–'}\n`);
  return 0;
}

function tellUsage(): number {
  process.stderr.write(USAGE);
  return 2;
}
