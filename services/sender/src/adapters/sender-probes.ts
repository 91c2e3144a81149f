import type { HealthProbe } from '@tank/messaging';
import type { AccountPoller } from './account-poller.js';
import type { FileRoot } from './file-root.js';
import type { SenderDatabase } from './sender-database.js';
import type { SesChannel } from './ses-channel.js';
import type { SharedRate } from './shared-rate.js';

interface Parts {
  db: SenderDatabase;
  rate: SharedRate;
  channel: SesChannel;
  poller: AccountPoller;
  files: FileRoot;
}
type Checked = Awaited<ReturnType<HealthProbe['check']>>;

const OK: Checked = { status: 'ok', detail: null };
const degraded = (detail: string): Checked => ({ status: 'degraded', detail });

/** What the sender needs. Only a Logs DB that is away makes it down: everything else makes mails wait. */
export function senderProbes({ db, rate, channel, poller, files }: Parts): HealthProbe[] {
  return [
    { name: 'logs-db', check: async () => (await db.query('SELECT 1'), OK) },
    { name: 'files', check: async () => ((await files.isThere()) ? OK : degraded('The file root is missing or empty: mails with files wait.')) },
    { name: 'ses', check: () => checkSes(rate, channel, poller) },
  ];
}

async function checkSes(rate: SharedRate, channel: SesChannel, poller: AccountPoller): Promise<Checked> {
  const state = channel.state();
  if (state !== 'closed') return degraded(`SES cannot be reached (the breaker is ${state}): sending waits.`);
  const figures = await rate.figures();
  if (!figures.sendingEnabled) return degraded('AWS has switched off sending for this account.');
  if (figures.isHeld) return degraded('The quota for 24 hours is used up: runs wait until it frees.');
  if (figures.isSlowed) return degraded('SES said that we send too fast: slowed down for a moment.');
  return poller.problem === null ? OK : degraded(poller.problem);
}
