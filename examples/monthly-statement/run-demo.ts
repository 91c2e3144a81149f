import { setTimeout as sleep } from 'node:timers/promises';
import { AUTOMATION, AUTOMATION_ON_ORACLE } from './automation.ts';
import { billAgain, prepareCustomerDatabase, readSendStatus } from './customer-database.ts';
import { BUSINESS_DATE } from './customers.ts';
import { countOutcomes, drawOutcomeTable } from './outcome-table.ts';
import { prepareStatementFiles } from './statement-files.ts';
import { ApiRefused, TankApi, type Account } from './tank-api.ts';

export interface DemoParts {
  apiUrl: string;
  /** Who signs in: an author or administrator. */
  account: Account;
  customerDbUrl: string;
  fileRootPath: string;
  /** How Tank reaches that database; 'postgres' unless told. */
  source?: 'postgres' | 'oracle-net';
  report: (line: string) => void;
}

interface Automation { automationId: string; name: string; activeVersion: unknown }
interface Run { runId: string; status: string; reason: string | null; counts: Record<string, number> }
interface Mail { mailId: string; outcome: string; errorCode: string | null; updateQueryOk: string | null }

const PATIENCE_MS = 60_000;
const FINAL = ['COMPLETED', 'FAIL', 'CANCELED'];

/** Makes the customer: a database with statements that are due, and their files. What is there already stays. */
export async function prepareDemo({ customerDbUrl, fileRootPath, report }: Pick<DemoParts, 'customerDbUrl' | 'fileRootPath' | 'report'>): Promise<void> {
  report('preparing 200 customers and their statements');
  await prepareCustomerDatabase(customerDbUrl);
  await prepareStatementFiles(fileRootPath);
}

/**
 * Drives Tank through its REST API as an operator would, and prints what happened. Completed is a run that came to its
 * end and whose outcomes are all in the customer's table.
 */
export async function runDemo({ apiUrl, account, customerDbUrl, source, report }: DemoParts): Promise<{ completed: boolean }> {
  const api = new TankApi(apiUrl, account);
  if (!(await signIn(api, account, report))) return { completed: false };
  const automationId = await findOrBuildAutomation(api, source === 'oracle-net' ? AUTOMATION_ON_ORACLE : AUTOMATION, report);
  const started = (await unfinishedRun(api, automationId)) ?? (await startRun(api, automationId, customerDbUrl));
  report(`run ${started.runId}`);
  const run = await watch(api, started.runId, report);
  const mails = await patiently(() => api.all<Mail>(`/run/${run.runId}/mails?limit=1000`));
  console.log(['', ...drawOutcomeTable(countOutcomes(mails)), ''].join('\n'));
  report(`run ${run.status}${run.reason ? `: ${run.reason}` : ''}`);
  const agrees = await agreesWithCustomer(customerDbUrl, mails, report);
  return { completed: run.status === 'COMPLETED' && agrees };
}

/** The password may be another one by now: that is for its owner to say, and nothing to fail at. */
async function signIn(api: TankApi, { name }: Account, report: DemoParts['report']): Promise<boolean> {
  try {
    await patiently(() => api.get('/run?limit=1'));
    return true;
  } catch (error) {
    const isChanged = error instanceof ApiRefused && ['SIGN_IN_FAILED', 'PASSWORD_CHANGE_REQUIRED'].includes(error.code);
    if (!isChanged) throw error;
    report(`데모를 실행하지 않았습니다: ${name}의 비밀번호가 바뀌었습니다. 새 비밀번호를 ADMIN_PASSWORD로 주십시오. The demo did not run: the password of ${name} was changed; give the new one as ADMIN_PASSWORD.`);
    return false;
  }
}

async function findOrBuildAutomation(api: TankApi, wanted: typeof AUTOMATION, report: DemoParts['report']): Promise<string> {
  const known = (await api.all<Automation>('/automation')).find(({ name }) => name === wanted.basics.name);
  if (known?.activeVersion) return known.automationId;
  const { items } = await api.get<{ items: { connectionId: string; name: string }[] }>('/connection');
  const connection = items[0];
  if (!connection) throw new Error('There is no connection to a customer database: DB_HOST and its sisters make the first one.');
  const { automationId } = known ?? (await api.post<Automation>('/automation', { ...wanted.basics, connectionId: connection.connectionId }));
  report('building the automation: target, mapping and update query, template');
  await api.post(`/automation/${automationId}/dbio/target`, wanted.target);
  await api.post(`/automation/${automationId}/dbio/mapping`, wanted.mapping);
  await api.post(`/automation/${automationId}/dbio/update`, wanted.update);
  await api.post(`/automation/${automationId}/template`, wanted.template);
  await api.post(`/automation/${automationId}/activate`);
  return automationId;
}

/** A run that an earlier start was stopped in goes on by itself: it is watched, not repeated. */
async function unfinishedRun(api: TankApi, automationId: string): Promise<Run | undefined> {
  const runs = await api.all<Run>(`/run?automationId=${automationId}`);
  return runs.find(({ status }) => !FINAL.includes(status));
}

async function startRun(api: TankApi, automationId: string, customerDbUrl: string): Promise<Run> {
  await billAgain(customerDbUrl);
  return api.post<Run>(`/automation/${automationId}/run`, { businessDate: BUSINESS_DATE, timeZone: 'Asia/Seoul' });
}

async function watch(api: TankApi, runId: string, report: DemoParts['report']): Promise<Run> {
  let shown = '';
  for (;;) {
    const run = await patiently(() => api.get<Run>(`/run/${runId}`));
    const { total, sent, failed, skipped, inDoubt } = run.counts as { total: number; sent: number; failed: number; skipped: number; inDoubt: number };
    const line = `${run.status.toLowerCase()}: ${sent + failed + skipped + inDoubt} of ${total} (sent ${sent}, skipped ${skipped}, failed ${failed}, in doubt ${inDoubt})`;
    if (line !== shown) report(line);
    shown = line;
    if (FINAL.includes(run.status)) return run;
    if (run.status === 'PAUSED') throw new Error(`The run is paused: ${run.reason}`);
    await sleep(500);
  }
}

/** A service that is being started again is no reason to stop watching: the run goes on without us. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isPassing = error instanceof ApiRefused && error.status === 503 && Date.now() < until;
      if (!isPassing) throw error;
      await sleep(500);
    }
  }
}

/** The customer's table is what the customer believes; every row of it must say what the log says. */
async function agreesWithCustomer(customerDbUrl: string, mails: Mail[], report: DemoParts['report']): Promise<boolean> {
  const logged = new Map(mails.map((mail) => [mail.mailId, mail]));
  const rows = await readSendStatus(customerDbUrl);
  const differing = rows.filter(({ mailId, sendStatus, errorCode }) => {
    const mail = mailId === null ? undefined : logged.get(mailId);
    return mail?.outcome !== sendStatus || mail?.errorCode !== errorCode;
  });
  report(`customer table: ${rows.length - differing.length} of ${rows.length} rows say what the log says`);
  if (rows.length > 0 && differing.length === 0) return true;
  report(`고객 테이블과 로그가 다릅니다. The demo did not complete: ${rows.length === 0 ? 'the customer table is empty' : `the customer table and the log differ for ${named(differing)}`}; see updateQueryOk in GET /api/run/:id/mails.`);
  return false;
}

function named(rows: { customerId: string }[]): string {
  const first = rows.slice(0, 5).map(({ customerId }) => customerId);
  return `${rows.length === 1 ? 'customer' : 'customers'} ${first.join(', ')}${rows.length > first.length ? ` and ${rows.length - first.length} more` : ''}`;
}
