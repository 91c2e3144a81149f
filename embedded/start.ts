import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bringUpParts, bringUpServices, type BroughtUp } from './bring-up.ts';
import { runDemoOn } from './demo.ts';
import { EnvironmentProblems, readSettings, type StartSettings } from './environment.ts';
import { roleUrlOf } from './logs-db-roles.ts';
import { AlreadyRunning } from './pid-file.ts';
import { openStateFolder, type StateFolder } from './state-folder.ts';
import { Supervisor } from './supervisor.ts';

const checkout = join(import.meta.dirname, '..');
const report = (line: string) => console.log(`· ${line}`);
const stopping = new AbortController();
let supervisor: Supervisor | undefined;

/** The story of `npm start`. Resolves with the exit code; without `--once` not before a signal ends it. */
async function start(settings: StartSettings): Promise<number> {
  const state = openStateFolder(checkout, settings.stateDir);
  supervisor = await Supervisor.take({ stateDir: state.dir, report });
  if (!state.dataHome.startsWith(state.dir)) report(`PostgreSQL's data is in ${state.dataHome} (its account cannot enter ${state.dir}); remove it together with that folder`);
  const up = { supervisor, settings, state, report, signal: stopping.signal };
  const parts = await bringUpParts(up);
  const apiUrl = await bringUpServices(up, checkout, parts);
  const connections = writeConnections(state, parts);
  const completed = await runDemoOn(checkout, { apiUrl, parts, source: settings.source, ownsFileRoot: settings.fileRootPath === undefined, report });
  if (settings.once) return completed ? 0 : 1;
  console.log(whatToOpen(apiUrl, settings, parts, connections, state));
  console.log('\n계속 실행 중입니다. 끝내려면 Ctrl-C. Tank stays up; Ctrl-C stops everything.');
  await once(stopping.signal, 'abort');
  return 0;
}

/** Addresses with passwords, for whoever wants to look into the databases; never printed. */
function writeConnections(state: StateFolder, parts: BroughtUp): string {
  const path = join(state.dir, 'connections.txt');
  const lines = [
    `Logs DB, read-only (log tables without a prefix): ${roleUrlOf(parts.logsDbUrl, 'reader', parts.rolePasswords)}`,
    `Logs DB, administrator: ${parts.logsDbUrl}`,
    `Settings of npm run admin:reset: LOGS_DB_URL=${roleUrlOf(parts.logsDbUrl, 'gateway', parts.rolePasswords)} TANK_SESSION_KEY=${parts.sessionKey}`,
    `Demo customer's database: ${parts.customer.url}`,
    ...(parts.oracle ? [`The same as Oracle: ${parts.oracle.user}/${parts.oracle.password}@${parts.oracle.host}:${parts.oracle.port}/${parts.oracle.service}`] : []),
    `NATS: ${parts.natsUrl}`,
  ];
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
  return path;
}

function whatToOpen(apiUrl: string, settings: StartSettings, parts: BroughtUp, connections: string, state: StateFolder): string {
  return [
    '',
    '열어 볼 것 · what to open next',
    `  메일 · the mails, with their files        ${parts.ses.endpoint}/`,
    `  API 사용해 보기 · try the API               ${apiUrl}/docs`,
    `  REST API                                 ${apiUrl}/openapi.json`,
    `  로그인 · sign in as                        ${signInAs(settings, parts)}`,
    `  상태 · health                             ${apiUrl}/health`,
    `  데모 파일 · the demo's files               ${relative(process.cwd(), parts.fileRootPath) || parts.fileRootPath}`,
    `  데이터베이스 주소 · database addresses       ${relative(process.cwd(), connections)}`,
    `  로그 · log files                          ${relative(process.cwd(), join(state.dir, 'logs'))}/`,
  ].join('\n');
}

/** A password that the user chose is not shown. */
function signInAs(settings: StartSettings, { administrator: { name, password } }: BroughtUp): string {
  return `${name} / ${settings.administrator.password === undefined ? password : 'ADMIN_PASSWORD'}`;
}

/** Stops everything that was started, once, however the end came. */
async function end(exitCode: number): Promise<never> {
  if (stopping.signal.aborted) return new Promise(() => {});
  stopping.abort();
  try {
    await supervisor?.stopAll();
    await Promise.race([running, sleep(5_000)]);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
  process.exit(exitCode);
}

function tellAndEnd(error: unknown): void {
  if (stopping.signal.aborted) return; // what was being started while we stop fails, of course
  const isPlain = error instanceof EnvironmentProblems || error instanceof AlreadyRunning;
  console.error(isPlain ? error.message : `Tank could not go on: ${error instanceof Error ? error.message : String(error)}`);
  if (!isPlain && process.env.LOG_LEVEL === 'debug') console.error(error);
  void end(1);
}

for (const [signal, number] of [['SIGINT', 2], ['SIGTERM', 15], ['SIGHUP', 1]] as const) {
  process.on(signal, () => {
    if (!stopping.signal.aborted) report('stopping');
    void end(128 + number);
  });
}
process.on('disconnect', () => void end(1)); // scripts/start.mjs is gone
process.on('uncaughtException', tellAndEnd);

const running = Promise.resolve()
  .then(() => start(readSettings(process.env, process.argv.slice(2))))
  .then((exitCode) => void end(exitCode), tellAndEnd);
