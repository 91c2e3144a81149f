import { parseArgs } from 'node:util';
import { readConfig } from '@tank/messaging';
import type { z } from 'zod';
import { accountsConfigShape } from './gateway.config.js';

export const USAGE = `npm run admin:reset -- --name <name>

Gives a user a temporary password and the role administrator, takes its second factor away, and ends its sessions. Run it on
the server with LOGS_DB_URL and TANK_SESSION_KEY (or …_FILE) of the gateway, which may be running meanwhile.
사용자에게 임시 비밀번호와 관리자 역할을 주고, 2단계 인증을 해제하고, 세션을 모두 종료합니다. 게이트웨이의 LOGS_DB_URL,
TANK_SESSION_KEY(또는 …_FILE)를 주고 서버에서 실행하세요. 게이트웨이가 실행 중이어도 됩니다.
`;

/** The name as it is kept, or undefined for whatever else was said. */
export function readName(args: string[]): string | undefined {
  const { values: { name, ...others }, positionals } = parseArgs({ args, options: { name: { type: 'string' } }, strict: false });
  if (typeof name !== 'string' || Object.keys(others).length > 0 || positionals.length > 0) return undefined;
  return name.trim().normalize('NFC').toLowerCase() || undefined;
}

/** @throws ConfigError naming every setting that is wrong. */
export function readAccountsConfig(env?: NodeJS.ProcessEnv): z.infer<z.ZodObject<typeof accountsConfigShape>> {
  return readConfig(accountsConfigShape, env);
}
