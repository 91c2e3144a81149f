import { parseArgs } from 'node:util';
import { readConfig } from '@tank/messaging';
import type { z } from 'zod';
import { accountsConfigShape } from './gateway.config.js';

export const USAGE = `npm run admin:reset -- --name <name>
npm run admin:reset -- --networks

--name gives a user a temporary password and the role administrator, takes its second factor away, and ends its sessions; --networks lets
Tank be used from everywhere again (the setting allowedNetworks). Run it on the server with LOGS_DB_URL and TANK_SESSION_KEY (or …_FILE)
of the gateway, which may be running meanwhile.
--name은 사용자에게 임시 비밀번호와 관리자 역할을 주고, 2단계 인증을 해제하고, 세션을 모두 종료합니다. --networks는 접속 허용 네트워크 설정
(allowedNetworks)을 비워 모든 곳에서 접속할 수 있게 합니다. 게이트웨이의 LOGS_DB_URL, TANK_SESSION_KEY(또는 …_FILE)를 주고
서버에서 실행하세요. 게이트웨이가 실행 중이어도 됩니다.
`;

/** What is to be reset, a name as it is kept; undefined for whatever else was said. */
export function readReset(args: string[]): { administrator: string } | 'networks' | undefined {
  const { values: { name, networks, ...others }, positionals } = parseArgs({ args, options: { name: { type: 'string' }, networks: { type: 'boolean' } }, strict: false });
  if (Object.keys(others).length > 0 || positionals.length > 0) return undefined;
  if (networks === true && name === undefined) return 'networks';
  const administrator = typeof name === 'string' && networks === undefined ? name.trim().normalize('NFC').toLowerCase() : '';
  return administrator === '' ? undefined : { administrator };
}

/** @throws ConfigError naming every setting that is wrong. */
export function readAccountsConfig(env?: NodeJS.ProcessEnv): z.infer<z.ZodObject<typeof accountsConfigShape>> {
  return readConfig(accountsConfigShape, env);
}
