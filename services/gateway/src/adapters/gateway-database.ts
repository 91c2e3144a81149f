import { isDatabaseAway, openLogsDb, type LogsDb, type Sql } from '@tank/logs-db';
import { ApiProblem } from '../problem.js';
import { AuditEntryRow } from './entities/audit-entry.entity.js';
import { GroupMember } from './entities/group-member.entity.js';
import { RecoveryCode } from './entities/recovery-code.entity.js';
import { RefreshToken } from './entities/refresh-token.entity.js';
import { SettingChangeRow } from './entities/setting-change.entity.js';
import { SignInAttempt } from './entities/sign-in-attempt.entity.js';
import { UsedOnceRow } from './entities/used-once.entity.js';
import { UserAccount } from './entities/user-account.entity.js';
import { UserGroup } from './entities/user-group.entity.js';
import { UserSession } from './entities/user-session.entity.js';
import { WrongPassword } from './entities/wrong-password.entity.js';
import { Accounts1700000000001 } from './migrations/0001-accounts.js';
import { Groups1700000000002 } from './migrations/0002-groups.js';
import { AuditAndSettings1700000000003 } from './migrations/0003-audit-and-settings.js';
import { Revisions1700000000004 } from './migrations/0004-revisions.js';
import { SecondFactorAndProvider1700000000005 } from './migrations/0005-second-factor-and-provider.js';
import { FoldersOfGroups1700000000006 } from './migrations/0006-folders-of-groups.js';
import { DisabledByProvider1700000000007 } from './migrations/0007-disabled-by-provider.js';

const ENTITIES = [UserAccount, UserSession, RefreshToken, SignInAttempt, WrongPassword, UserGroup, GroupMember, AuditEntryRow, SettingChangeRow, RecoveryCode, UsedOnceRow];
const MIGRATIONS = [
  Accounts1700000000001, Groups1700000000002, AuditAndSettings1700000000003, Revisions1700000000004, SecondFactorAndProvider1700000000005, FoldersOfGroups1700000000006,
  DisabledByProvider1700000000007,
];
const CONNECTIONS = 10;
// An end of a session that a crash of the server forgets would open it again: our commits are on disk.
const OPTIONS = { commitsToDisk: true, statementTimeoutMs: 10_000 };

/** The gateway's own tables of the Logs DB, up to date; several gateways may open them at once. */
export async function openGatewayDatabase(url: string, connections = CONNECTIONS): Promise<GatewayDatabase> {
  return new GatewayDatabase(await openLogsDb({ url, owner: 'gateway', entities: ENTITIES, migrations: MIGRATIONS, connections, options: OPTIONS }));
}

/** Every statement of the gateway goes through here. @throws ApiProblem UNAVAILABLE while the database is away. */
export class GatewayDatabase implements Sql {
  constructor(private readonly db: LogsDb) {}

  get dataSource(): LogsDb['dataSource'] {
    return this.db.dataSource;
  }

  query<T = Record<string, unknown>>(statement: string, values: unknown[] = []): Promise<T[]> {
    return orUnavailable(this.db.query<T>(statement, values));
  }

  /** All statements of `work` or none. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return orUnavailable(this.db.transaction(work));
  }

  close(): Promise<void> {
    return this.db.close();
  }
}

async function orUnavailable<T>(done: Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    throw new ApiProblem({
      status: 503,
      code: 'UNAVAILABLE',
      detail: ['The Logs DB does not answer, so nobody can be recognised.', 'Logs DB가 응답하지 않아 사용자를 확인할 수 없습니다.'],
      remedy: ['See that PostgreSQL runs, then ask again.', 'PostgreSQL이 실행 중인지 확인한 뒤 다시 시도하세요.'],
    }, { cause: error });
  }
}
