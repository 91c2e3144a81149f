import { SesSimulator } from '../embedded/ses-simulator/ses-simulator.ts';
import { waitFor } from '../embedded/test/parts.ts';
import { DEMO_CUSTOMERS } from '../examples/monthly-statement/customers.ts';
import { runDemo } from '../examples/monthly-statement/run-demo.ts';
import { startTank, type RunningTank } from './running-tank.ts';

interface LoggedMail { mailId: string; row: number; outcome: string; errorCode: string | null }

/** After so many accepted mails this process is killed, without a word of warning. */
const KILLS: [accepted: number, program: string][] = [[15, 'sender-1'], [35, 'renderer'], [55, 'attachment'], [75, 'scheduler'], [95, 'dbio'], [115, 'logs'], [135, 'sender-2']];

describe('a run whose services are killed one after the other', () => {
  const ses = new SesSimulator({ maxSendRate: 30, burst: 30, latencyMs: 60 });
  let tank: RunningTank;
  let mails: LoggedMail[];

  beforeAll(async () => {
    await ses.listen(0, '127.0.0.1');
    tank = await startTank({ replicas: { sender: 2 }, sesUrl: ses.url });
    const run = runDemo({ apiUrl: tank.apiUrl, account: tank.account, customerDbUrl: tank.customer.url, fileRootPath: tank.fileRootPath, report: () => undefined });
    for (const [accepted, program] of KILLS) {
      await waitFor(() => ses.mails.all().length >= accepted, { what: `${accepted} accepted mails`, timeoutMs: 120_000 });
      process.kill(tank.supervisor.pidOf(program)!, 'SIGKILL');
    }
    await run;
    mails = await tank.api.all<LoggedMail>(`/run/${(await tank.api.all<{ runId: string }>('/run'))[0]!.runId}/mails`);
  }, 400_000);
  afterAll(async () => {
    await tank?.stop();
    await ses.close();
  });

  it('killed every one of them', () => {
    for (const [, program] of KILLS) expect({ program, restarted: tank.supervisor.restartsOf(program) > 0 }).toEqual({ program, restarted: true });
  });

  it('sends nothing twice', () => expect(ses.mails.duplicates()).toEqual({}));

  it('gives every row exactly one outcome, and loses none', () => {
    expect(mails.map(({ row }) => row)).toEqual(DEMO_CUSTOMERS.map((_, at) => at + 1));
    // A call that was under way when its sender was killed is in doubt; everything else is what it would have been.
    const unexpected = mails.filter(({ row, outcome, errorCode }) => {
      const { expected } = DEMO_CUSTOMERS[row - 1]!;
      return outcome === 'IN_DOUBT' ? expected.outcome !== 'SENT' : outcome !== expected.outcome || errorCode !== expected.errorCode;
    });
    expect(unexpected).toEqual([]);
  });

  it('says of every mail that SES took that it was sent, or that it is in doubt', () => {
    const accepted = new Set(ses.mails.all().map(({ mailId }) => mailId));
    const ended = (outcome: string) => mails.filter((mail) => mail.outcome === outcome).map(({ mailId }) => mailId);
    expect(ended('SENT').filter((mailId) => !accepted.has(mailId))).toEqual([]);
    expect([...accepted].filter((mailId) => ![...ended('SENT'), ...ended('IN_DOUBT')].includes(mailId!))).toEqual([]);
  });
});
