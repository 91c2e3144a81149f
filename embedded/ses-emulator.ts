import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePort } from './free-port.ts';
import type { Supervisor } from './supervisor.ts';

const START_TRIES = 3;

/**
 * Starts the SES v2 emulator (npm package aws-ses-v2-local) on loopback and returns its address. `/` is its own page for
 * looking at mails, `GET /store` gives them as JSON, `POST /clear-store` forgets them; it keeps them in memory only.
 */
export async function startSesEmulator(supervisor: Supervisor, options: { stateDir: string; usualPort?: number; maxSendRate?: number }): Promise<string> {
  const program = join(dirname(createRequire(import.meta.url).resolve('aws-ses-v2-local')), 'cli.js');
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? options.usualPort : undefined);
    try {
      await supervisor.start({
        name: 'ses-emulator',
        command: process.execPath,
        // It knows no --state: that is there for whoever looks through the processes of the machine for ours.
        args: [program, '--host', '127.0.0.1', '--port', String(port), '--state', options.stateDir],
        env: { PATH: process.env.PATH ?? '/usr/bin:/bin', AWS_SES_ACCOUNT: account(options.maxSendRate ?? 50) },
        ready: /server running at http/,
        stopping: { signals: [{ signal: 'SIGTERM', deadlineMs: 3_000 }] },
        stage: 0,
      });
      return `http://127.0.0.1:${port}`;
    } catch (error) {
      if (attempt === START_TRIES || !(await isTaken(port))) throw error;
    }
  }
}

async function isTaken(port: number): Promise<boolean> {
  return (await freePort(port)) !== port;
}

/** What the emulator answers to GetAccount; it checks the shape, so every field is needed. */
function account(maxSendRate: number): string {
  return JSON.stringify({
    DedicatedIpAutoWarmupEnabled: false,
    Details: {
      AdditionalContactEmailAddresses: [],
      ContactLanguage: 'EN',
      MailType: 'TRANSACTIONAL',
      ReviewDetails: { CaseId: 'emulator', Status: 'GRANTED' },
      UseCaseDescription: 'embedded emulator',
      WebsiteURL: 'http://localhost',
    },
    EnforcementStatus: 'HEALTHY',
    ProductionAccessEnabled: true,
    SendingEnabled: true,
    SendQuota: { Max24HourSend: 50_000, MaxSendRate: maxSendRate, SentLast24Hours: 0 },
    SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
  });
}
