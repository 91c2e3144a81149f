import { createServer, request, type ClientRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEFAULT_SETTINGS, Refused, type Run } from '@tank/contracts';
import { setLogLevel } from '@tank/telemetry';
import { waitFor } from '../../../../embedded/test/parts.js';
import { CallRates } from '../adapters/call-rates.js';
import { allHandlers } from '../all-handlers.js';
import { ApiServer } from '../http/api-server.js';
import { Edge } from '../http/edge.js';
import { MOST_STREAMS, runEventHandlers } from '../run-events.handler.js';
import { Sight } from '../sight.js';
import { FakeAccounts } from '../test/fake-accounts.js';
import { FakeRecords } from '../test/fake-records.js';
import { FakeServices } from '../test/fake-services.js';
import * as sample from '../test/samples.js';
import { healthy, NO_PROXY } from '../test/served-api.js';
import { WatchRuns } from './watch-runs.js';

const PATH = `/api/run/${sample.RUN}/events`;

describe('watching a run', () => {
  let run: Run;
  const services = new FakeServices();
  const accounts = new FakeAccounts();
  const records = new FakeRecords();
  const clients: ClientRequest[] = [];
  const served: { close(): Promise<void> }[] = [];
  let watch: WatchRuns;
  let port: number;
  let api: ApiServer;

  const serve = async (rhythm = { lookMs: 60_000, lifeMs: 60_000 }) => {
    setLogLevel('error');
    watch = new WatchRuns(services, 10);
    const sight = new Sight(services, accounts.groups);
    const handlers = { ...allHandlers(services, accounts, records, sight, healthy), ...runEventHandlers(services, watch, rhythm) };
    api = new ApiServer(handlers, accounts, sight, records.trail, new Edge(NO_PROXY, records.settings, new CallRates()));
    const server = createServer((asked, answer) => api.middleware(asked, answer));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    served.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  };
  const open = (path = PATH, method = 'GET') => {
    const seen = { status: 0, headers: {} as Record<string, unknown>, text: '', isOver: false, isCut: false, leave: () => client.destroy() };
    const client = request({ host: '127.0.0.1', port, path, method, agent: false }, (answer) => {
      Object.assign(seen, { status: answer.statusCode, headers: answer.headers });
      answer.on('data', (chunk) => (seen.text += String(chunk))).on('end', () => (seen.isOver = true)).on('error', () => (seen.isCut = true));
    });
    client.on('error', () => undefined).end();
    clients.push(client);
    return seen;
  };
  type Seen = ReturnType<typeof open>;
  const told = ({ text }: Seen) => [...text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, event, data]) => [event, JSON.parse(data!)] as const);
  const events = (seen: Seen) => told(seen).map(([event]) => event);
  const asks = () => services.asksOf('scheduler.get-run').length;
  const sent = (count: number, of: Partial<Run> = {}): Run => ({ ...run, status: 'RUNNING', ...of, counts: { ...run.counts, total: 10, sent: count } });

  beforeEach(() => {
    run = sample.run;
    services.asked.length = 0;
    services.fakes = { 'scheduler.get-run': () => run };
    accounts.guard.admitAgain = async () => accounts.guard.admit('watchRun');
    records.current = DEFAULT_SETTINGS;
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await Promise.all(served.splice(0).map((one) => one.close()));
  });

  it('tells how it is at once, each change, and its end; then the stream is over', async () => {
    await serve();
    const seen = open();
    await waitFor(() => events(seen).length === 1, { what: 'the run' });
    expect([seen.status, seen.headers]).toEqual([200, expect.objectContaining({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })]);
    run = sent(1);
    await waitFor(() => events(seen).length === 2, { what: 'a change' });
    run = sent(10, { status: 'COMPLETED' });
    await waitFor(() => seen.isOver, { what: 'the end' });
    expect(told(seen).map(([event, data]) => [event, data.status, data.counts?.sent])).toEqual([['run', 'WAITING', 0], ['run', 'RUNNING', 1], ['run', 'COMPLETED', 10], ['end', undefined, undefined]]);
    expect(told(seen)[0]![1]).toEqual({ ...sample.run, explanation: null });
    expect(watch.count).toBe(0);
  });

  it('says nothing while nothing changes', async () => {
    await serve();
    const seen = open();
    await waitFor(() => asks() > 5, { what: 'some turns' });
    expect(events(seen)).toEqual(['run']);
  });

  it('asks once however many look on, and not at all when nobody does', async () => {
    await serve();
    const first = [open(), open(), open()];
    await waitFor(() => first.every((seen) => events(seen).length === 1), { what: 'all three' });
    const [before, startedAt] = [asks(), performance.now()];
    await waitFor(() => asks() >= before + 5, { what: 'five turns' });
    expect(performance.now() - startedAt).toBeGreaterThan(40);
    run = sent(1);
    await waitFor(() => first.every((seen) => events(seen).length === 2), { what: 'the change at all three' });
    expect(watch.count).toBe(1);
    for (const { leave } of first) leave();
    await waitFor(() => watch.count === 0, { what: 'nobody left' });
    const last = asks();
    const again = open();
    await waitFor(() => events(again).length === 1, { what: 'the run for somebody else' });
    expect(told(again)[0]![1].counts.sent).toBe(1);
    expect(asks()).toBeLessThanOrEqual(last + 2);
  });

  it('answers as a read does where there is no run, or the scheduler is away', async () => {
    await serve();
    for (const [code, status] of [['NOT_FOUND', 404], ['UNAVAILABLE', 503]] as const) {
      services.fakes = { 'scheduler.get-run': () => { throw new Refused(code, ['No.', '아니요.']); } };
      const seen = open();
      await waitFor(() => seen.isOver, { what: 'a problem' });
      expect([seen.status, JSON.parse(seen.text).code]).toEqual([status, code]);
    }
    expect(watch.count).toBe(0);
  });

  it('outlives a scheduler that is being restarted, and says so meanwhile', async () => {
    await serve();
    const seen = open();
    await waitFor(() => events(seen).length === 1, { what: 'the run' });
    services.fakes = {};
    await waitFor(() => events(seen).length === 2, { what: 'away' });
    services.fakes = { 'scheduler.get-run': () => run };
    await waitFor(() => events(seen).length === 3, { what: 'the run again' });
    expect(events(seen)).toEqual(['run', 'away', 'run']);
  });

  it('is cut off by what it cannot go on from', async () => {
    await serve();
    const seen = open();
    await waitFor(() => events(seen).length === 1, { what: 'the run' });
    services.fakes = { 'scheduler.get-run': () => { throw new Refused('NOT_FOUND', ['No.', '아니요.']); } };
    await waitFor(() => seen.isCut, { what: 'the cut' });
    expect([events(seen), watch.count]).toEqual([['run'], 0]);
  });

  it('ends when the session has, also while the run changes all the time', async () => {
    await serve({ lookMs: 100, lifeMs: 60_000 });
    let count = 0;
    services.fakes = { 'scheduler.get-run': () => sent(count++) };
    const seen = open();
    await waitFor(() => seen.text.includes(': still here'), { what: 'a sign of life' });
    accounts.guard.admitAgain = async () => undefined;
    await waitFor(() => seen.isOver, { what: 'the end' });
    expect(events(seen).at(-1)).toBe('signed-out');
  });

  it('ends when the network is allowed no more', async () => {
    await serve({ lookMs: 30, lifeMs: 60_000 });
    const seen = open();
    await waitFor(() => seen.text.includes(': still here'), { what: 'a sign of life' });
    records.current = { ...DEFAULT_SETTINGS, allowedNetworks: ['10.20.0.0/16'] };
    await waitFor(() => seen.isOver, { what: 'the end' });
    expect(events(seen).at(-1)).toBe('signed-out');
  });

  it('ends after its time, and when the gateway stops', async () => {
    await serve({ lookMs: 20, lifeMs: 100 });
    const short = open();
    await waitFor(() => short.isOver, { what: 'the end of its time' });
    await serve();
    const long = open();
    await waitFor(() => events(long).length === 1, { what: 'the run' });
    api.beforeApplicationShutdown();
    await waitFor(() => long.isOver, { what: 'the end with the gateway' });
    expect([events(short), events(long), watch.count]).toEqual([['run'], ['run'], 0]);
  });

  it('is possible so many times at once for one user', async () => {
    await serve();
    for (let at = 0; at < MOST_STREAMS; at++) open();
    await waitFor(() => clients.length === MOST_STREAMS && watch.count === 1 && asks() > 0, { what: 'the first of them' });
    const [first] = clients;
    const tried = async () => {
      const seen = open();
      await waitFor(() => seen.status !== 0, { what: 'an answer' });
      return seen.status;
    };
    await waitFor(async () => (await tried()) === 429, { what: 'too many' });
    first!.destroy();
    await waitFor(async () => (await tried()) === 200, { what: 'one more' });
  });

  it('leaves nothing behind when only the headers are asked for', async () => {
    await serve();
    for (let at = 0; at < MOST_STREAMS + 2; at++) {
      const seen = open(PATH, 'HEAD');
      await waitFor(() => seen.isOver, { what: 'the headers' });
      expect(seen.status).toBe(200);
    }
    await waitFor(() => watch.count === 0, { what: 'nobody left' });
  });
});
