import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSesSimulator, type SesSimulator } from './ses-simulator.ts';

describe('the SES simulator', () => {
  let simulator: SesSimulator;

  beforeEach(async () => {
    simulator = await startSesSimulator({ maxSendRate: 10, burst: 3, max24HourSend: 5 });
  });
  afterEach(() => simulator.close());

  const send = (mailId: string) =>
    fetch(`${simulator.url}/v2/email/outbound-emails`, {
      method: 'POST',
      body: JSON.stringify({ FromEmailAddress: 'a@b.example', Destination: { ToAddresses: ['c@d.example'] }, Content: { Raw: { Data: Buffer.from('Subject: x\r\n\r\nx').toString('base64') } }, EmailTags: [{ Name: 'mail_id', Value: mailId }] }),
    });
  const post = (path: string, body: object) => fetch(`${simulator.url}/control/${path}`, { method: 'POST', body: JSON.stringify(body) });
  const report = async () => (await (await fetch(`${simulator.url}/control/report`)).json()) as Record<string, unknown>;

  it('accepts a burst, then throttles as AWS does', async () => {
    const answers = await Promise.all(['m-1', 'm-2', 'm-3', 'm-4'].map(send));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
    const throttled = answers.find(({ status }) => status === 429)!;
    expect(throttled.headers.get('x-amzn-errortype')).toBe('TooManyRequestsException');
    expect(throttled.headers.get('x-amzn-requestid')).toBeTruthy();
    expect(await report()).toMatchObject({ calls: 4, accepted: 3, throttled: 1, peakPerSecond: 3, duplicates: {} });
  });

  it('refuses beyond the quota', async () => {
    simulator.setLimits({ burst: 100 });
    const statuses: number[] = [];
    for (let i = 0; i < 6; i += 1) statuses.push((await send(`m-${i}`)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 400]);
    expect(await (await fetch(`${simulator.url}/v2/email/account`)).json()).toMatchObject({ SendQuota: { Max24HourSend: 5, SentLast24Hours: 5 }, SendingEnabled: true });
  });

  it('counts a mail that was sent twice', async () => {
    await send('m-1');
    await send('m-1');
    expect(await report()).toMatchObject({ duplicates: { 'm-1': 2 } });
  });

  it('fails on demand, in order, for one mail or for any', async () => {
    expect((await post('faults', [{ kind: 'error-503', mailId: 'm-2' }, { kind: 'bad-request', times: 1 }])).status).toBe(200);
    expect([(await send('m-1')).status, (await send('m-1')).status, (await send('m-2')).status]).toEqual([400, 200, 503]);
    expect((await post('faults', { kind: 'nonsense' })).status).toBe(400);
  });

  it('accepts and then breaks the line: the mail counts, the client gets nothing', async () => {
    simulator.inject({ kind: 'reset-after' }, { kind: 'reset-before' });
    await expect(send('m-1')).rejects.toThrow();
    await expect(send('m-2')).rejects.toThrow();
    expect([simulator.mails.countOf('m-1'), simulator.mails.countOf('m-2')]).toEqual([1, 0]);
  });

  it('takes new limits and forgets', async () => {
    await send('m-1');
    await post('limits', { sendingEnabled: false });
    expect((await send('m-2')).headers.get('x-amzn-errortype')).toBe('SendingPausedException');
    await post('reset', {});
    expect(await report()).toMatchObject({ calls: 0, accepted: 0 });
  });
});
