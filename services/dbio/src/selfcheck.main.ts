import { readFileSync, writeFileSync } from 'node:fs';
import { askPassword } from './adapters/oracle/selfcheck/ask-password.js';
import { refuseSys } from './adapters/oracle/selfcheck/check-account.js';
import { exitCodeOf, type Finding } from './adapters/oracle/selfcheck/finding.js';
import { jsonReport, markdownReport, progressLine, type ReportAbout } from './adapters/oracle/selfcheck/report.js';
import { DRIVER, runSelfcheck } from './adapters/oracle/selfcheck/run-selfcheck.js';
import { planFor } from './adapters/oracle/selfcheck/selfcheck-plan.js';
import { readSelfcheckOptions, USAGE, UsageError, type SelfcheckOptions } from './selfcheck.config.js';

const FAILED = 1;

try {
  const options = readSelfcheckOptions(process.argv.slice(2));
  if (options) process.exitCode = await selfcheck(options);
  else process.stdout.write(`${USAGE}\n`);
} catch (error) {
  process.exitCode = FAILED;
  process.stderr.write(`${error instanceof UsageError ? error.message : String((error as Error).stack)}\n`);
}

async function selfcheck(options: SelfcheckOptions): Promise<number> {
  const password = await passwordFor(options);
  const startedAt = new Date();
  const plan = planFor({ ...options, input: options.connection, password, settings: settingsOf(options), limits: limitsOf(options) });
  const findings = await runSelfcheck(plan, (finding) => process.stderr.write(`${progressLine(finding, options.language)}\n`));
  report(findings, options, { ...versions(), ...about(options), startedAt, durationMs: Date.now() - startedAt.getTime() });
  return exitCodeOf(findings);
}

async function passwordFor({ password, connection: { user } }: SelfcheckOptions): Promise<string> {
  if (password !== null || refuseSys(user)) return password ?? '';
  const typed = await askPassword(`Password of ${user} · 비밀번호: `, { input: process.stdin, output: process.stderr });
  if (typed === null || typed === '') throw new UsageError('There is no password: give --password-file or TANK_ORACLE_PASSWORD, or type it at a terminal.');
  return typed;
}

function settingsOf({ thick, tnsAdmin, walletDir }: SelfcheckOptions) {
  return { clientMode: thick ? ('thick' as const) : ('thin' as const), clientLibDir: thick?.libDir ?? null, tnsAdmin, walletDir };
}

function limitsOf({ limits: { connectMs, askMs, fetchMs, poolSize }, tls }: SelfcheckOptions) {
  return { connectMs, askMs, fetchMs, lookUpMs: askMs, updateMs: askMs, poolSize, tls };
}

function about({ connection: { connectString, user, timeZone } }: SelfcheckOptions) {
  return { connect: connectString ?? '', user, timeZone };
}

function versions() {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return { tankVersion: version, nodeVersion: process.version, driver: DRIVER };
}

function report(findings: Finding[], { out, json, language }: SelfcheckOptions, told: ReportAbout): void {
  const markdown = markdownReport(findings, told, language);
  if (out === null) {
    process.stdout.write(json ? jsonReport(findings, told) : markdown);
    return;
  }
  const files: [string, string][] = [[out, markdown], ...(json ? [[`${out.replace(/\.md$/i, '')}.json`, jsonReport(findings, told)] as [string, string]] : [])];
  for (const [file, text] of files) {
    writeFileSync(file, text);
    process.stderr.write(`→ ${file}\n`);
  }
}
