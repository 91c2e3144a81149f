import { describe, expect, it } from '@jest/globals';
import { MESSAGE_VERSION, Refused, TryLater, type Row, type RunStarted } from '@tank/contracts';
import { definition, HeardAlarms, queryFailed, readingForbidden, RUN_ID, sourceDown, sourcesWith, sourceWith, VERSION_ID, versionsWith } from '../test/fakes.js';
import { SelectTargets, type Manifest, type ManifestChunk, type Wait } from './select-targets.js';
import { QueryFailed, ROW_LIMIT_CODE } from './source.js';
import { queryError } from './sql/query-problem.js';

const run: RunStarted = { v: MESSAGE_VERSION, type: 'RunStarted', runId: RUN_ID, automationId: VERSION_ID, versionId: VERSION_ID };

/** A manifest that keeps what it is given, and can be made slow or unwilling. */
class FakeManifest implements Manifest {
  rows: Row[] = [];
  sequences: number[] = [];
  closedWith: number | null = null;
  outstanding = 0;
  mostOutstanding = 0;
  onAppend: (chunk: ManifestChunk) => Promise<void> = async () => {};
  onOpen: () => Promise<number> = async () => 3;

  open(): Promise<number> {
    return this.onOpen();
  }
  async append(chunk: ManifestChunk): Promise<void> {
    this.outstanding += 1;
    this.mostOutstanding = Math.max(this.mostOutstanding, this.outstanding);
    try {
      await this.onAppend(chunk);
      this.sequences.push(chunk.sequence);
      this.rows.push(...chunk.rows);
    } finally {
      this.outstanding -= 1;
    }
  }
  waits: Wait[] = [];
  onExplainWait: () => Promise<void> = async () => {};

  async explainWait(wait: Wait): Promise<void> {
    this.waits.push(wait);
    await this.onExplainWait();
  }
  closes = 0;
  onClose: (tries: number) => Promise<void> = async () => {};

  async close(_runId: string, attempt: number, rowCount: number): Promise<void> {
    expect(attempt).toBe(3);
    this.closes += 1;
    await this.onClose(this.closes);
    this.closedWith = rowCount;
  }
}

async function* batches(count: number, fails?: Error): AsyncGenerator<Row[]> {
  for (let n = 0; n < count; n += 250) yield Array.from({ length: Math.min(250, count - n) }, (_, at) => ({ n: n + at }));
  if (fails) throw fails;
}

function select(manifest: Manifest, stream: () => AsyncIterable<Row[]>, { alarms = new HeardAlarms(), over = {}, stopping = new AbortController().signal, pause = () => Promise.resolve() } = {}) {
  return new SelectTargets(versionsWith(definition(over)), sourcesWith(sourceWith({ streamTarget: stream })), manifest, alarms, stopping, pause);
}

describe('SelectTargets', () => {
  it('hands over every row in order and closes with their number', async () => {
    const manifest = new FakeManifest();
    await expect(select(manifest, () => batches(3456)).selectTargets(run)).resolves.toBeUndefined();
    expect(manifest.rows.map(({ n }) => n)).toEqual(Array.from({ length: 3456 }, (_, n) => n));
    expect(manifest).toMatchObject({ sequences: [0, 1, 2, 3], closedWith: 3456 });
  });

  it('tells with each run what will not work much longer', async () => {
    const alarms = new HeardAlarms();
    const warning = sourceDown().problem;
    const source = sourceWith({ streamTarget: () => batches(1), warnings: () => [warning] });
    await new SelectTargets(versionsWith(definition()), sourcesWith(source), new FakeManifest(), alarms, new AbortController().signal).selectTargets(run);
    expect(alarms.heard).toMatchObject([{ code: warning.code, runId: run.runId, ko: { message: expect.stringMatching(/[가-힣]/) } }]);
  });

  it('closes an empty manifest with zero', async () => {
    const manifest = new FakeManifest();
    await select(manifest, () => batches(0)).selectTargets(run);
    expect(manifest).toMatchObject({ sequences: [], closedWith: 0 });
  });

  it('never has more than two chunks outstanding, and reads no further than the scheduler accepts', async () => {
    const manifest = new FakeManifest();
    let read = 0;
    const accepts: (() => void)[] = [];
    manifest.onAppend = () => new Promise((resolve) => accepts.push(resolve));
    const counted = async function* () {
      for await (const batch of batches(10_000)) {
        read += batch.length;
        yield batch;
      }
    };
    const done = select(manifest, counted).selectTargets(run);
    for (let at = 0; at < 10; at += 1) {
      while (accepts.length === 0) await new Promise(setImmediate);
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
      expect(read).toBeLessThanOrEqual(1000 * (manifest.sequences.length + 4));
      accepts.shift()!();
    }
    await done;
    expect(manifest.mostOutstanding).toBe(2);
    expect(manifest.closedWith).toBe(10_000);
  });

  it.each([
    ['another attempt took over', 'STALE' as const, 'append' as const],
    ['the run is over', 'CONFLICT' as const, 'open' as const],
    ['the run is canceled meanwhile', 'CONFLICT' as const, 'append' as const],
    ['the run is gone', 'NOT_FOUND' as const, 'open' as const],
  ])('ends quietly when %s', async (_, code, when) => {
    const manifest = new FakeManifest();
    const refuse = () => Promise.reject(new Refused(code, ['no', '(한국어) no']));
    if (when === 'open') manifest.onOpen = refuse;
    else manifest.onAppend = refuse;
    await expect(select(manifest, () => batches(5000)).selectTargets(run)).resolves.toBeUndefined();
    expect(manifest.closedWith).toBeNull();
  });

  it('stops reading when it ends early', async () => {
    const manifest = new FakeManifest();
    manifest.onAppend = () => Promise.reject(new Refused('STALE', ['no', '(한국어) no']));
    let isClosed = false;
    const stream = async function* () {
      try {
        yield* batches(100_000);
      } finally {
        isClosed = true;
      }
    };
    await select(manifest, stream).selectTargets(run);
    expect(isClosed).toBe(true);
  });

  it('ends the run as FAIL when its query is wrong, naming no value', async () => {
    const ending = await select(new FakeManifest(), () => batches(10, queryFailed('query'))).selectTargets(run);
    expect(ending).toEqual([expect.objectContaining({ type: 'RunHalted', status: 'FAIL', reasonCode: 'TARGET_QUERY_FAILED' }), expect.objectContaining({ type: 'SystemErrorRaised', module: 'DBIO' })]);
    expect(JSON.stringify(ending)).not.toContain('secret');
  });

  it('tries later while the source is down, with one alarm a minute', async () => {
    const alarms = new HeardAlarms();
    const selecting = select(new FakeManifest(), () => batches(10, sourceDown()), { alarms });
    for (let at = 0; at < 3; at += 1) await expect(selecting.selectTargets(run)).rejects.toBeInstanceOf(TryLater);
    expect(alarms.heard).toHaveLength(1);
  });

  it('lets the run say why it waits for its source', async () => {
    const manifest = new FakeManifest();
    await expect(select(manifest, () => batches(10, sourceDown())).selectTargets(run)).rejects.toBeInstanceOf(TryLater);
    expect(manifest.waits).toEqual([{ runId: RUN_ID, attempt: 3, reasonCode: 'SOURCE_REFUSED', reason: 'It is away.' }]);
  });

  it('tries again soon when the moment was bad, and tells the run and the system errors why', async () => {
    const [manifest, alarms] = [new FakeManifest(), new HeardAlarms()];
    const selecting = select(manifest, () => batches(10, queryFailed('moment')), { alarms });
    for (let at = 0; at < 3; at += 1) await expect(selecting.selectTargets(run)).rejects.toMatchObject({ name: 'TryLater', retryAfterMs: 2_000 });
    expect(manifest.waits[0]).toMatchObject({ reasonCode: 'SOURCE_BUSY', reason: 'invalid: "…" (22P02)' });
    expect(alarms.heard).toEqual([expect.objectContaining({ code: 'SOURCE_BUSY', remedy: 'Correct it.', ko: expect.objectContaining({ remedy: '고치세요.' }) })]);
  });

  it('waits without an alarm for the end of forbidden hours, and says so in the run', async () => {
    const [manifest, alarms] = [new FakeManifest(), new HeardAlarms()];
    const selecting = select(manifest, () => batches(1000, readingForbidden()), { alarms });
    await expect(selecting.selectTargets(run)).rejects.toMatchObject({ name: 'TryLater', retryAfterMs: 42_000 });
    expect(manifest).toMatchObject({ closedWith: null, waits: [{ reasonCode: 'SOURCE_FORBIDDEN_HOURS', reason: 'Not before 18:00.' }] });
    expect(alarms.heard).toEqual([]);
  });

  it.each(['UNAVAILABLE', 'STALE', 'NOT_FOUND'] as const)('waits also when nobody takes the reason: %s', async (code) => {
    const manifest = new FakeManifest();
    manifest.onExplainWait = () => Promise.reject(new Refused(code, ['no', '(한국어) no']));
    await expect(select(manifest, () => batches(0, readingForbidden())).selectTargets(run)).rejects.toMatchObject({ name: 'TryLater', retryAfterMs: 42_000 });
  });

  it('ends the run as FAIL, by its own code, when there are more rows than the connection allows', async () => {
    const tooMany = new QueryFailed(queryError('SELECT 1', { code: ROW_LIMIT_CODE, message: 'more than 5 rows' }), 'query', 'it has more than 5 rows');
    const manifest = new FakeManifest();
    const ending = await select(manifest, () => batches(2500, tooMany)).selectTargets(run);
    expect(ending).toMatchObject([{ type: 'RunHalted', status: 'FAIL', reasonCode: 'TARGET_ROW_LIMIT', reason: expect.stringContaining('more than 5 rows') }, { code: 'TARGET_ROW_LIMIT' }]);
    expect(manifest.closedWith).toBeNull();
  });

  it('pauses the run when the credentials are wrong', async () => {
    await expect(select(new FakeManifest(), () => batches(0, sourceDown(true))).selectTargets(run)).resolves.toMatchObject([{ type: 'RunHalted', status: 'PAUSED', reasonCode: 'SOURCE_WRONG_PASSWORD' }, {}]);
  });

  it('tries later when the scheduler stops answering in the middle', async () => {
    const manifest = new FakeManifest();
    manifest.onAppend = ({ sequence }) => (sequence === 1 ? Promise.reject(new Refused('UNAVAILABLE', ['away', '(한국어) away'])) : Promise.resolve());
    await expect(select(manifest, () => batches(5000)).selectTargets(run)).rejects.toBeInstanceOf(TryLater);
    expect(manifest.closedWith).toBeNull();
  });

  it('closes nothing before the last chunk is accepted', async () => {
    const manifest = new FakeManifest();
    manifest.onAppend = async ({ sequence }) => {
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      if (sequence === 2) throw new Refused('UNAVAILABLE', ['away', '(한국어) away']);
    };
    await expect(select(manifest, () => batches(3000)).selectTargets(run)).rejects.toBeInstanceOf(TryLater);
    expect(manifest.closedWith).toBeNull();
  });

  it('tries later when the service is told to stop', async () => {
    const stopping = new AbortController();
    const stream = async function* () {
      yield* batches(250);
      stopping.abort();
      stopping.signal.throwIfAborted();
    };
    await expect(select(new FakeManifest(), stream, { stopping: stopping.signal }).selectTargets(run)).rejects.toBeInstanceOf(TryLater);
  });

  it('ends a run whose connection is gone as FAIL', async () => {
    const gone = sourcesWith(() => Promise.reject(new Refused('NOT_FOUND', ['gone', '(한국어) gone'])));
    const selecting = new SelectTargets(versionsWith(definition()), gone, new FakeManifest(), new HeardAlarms(), new AbortController().signal);
    await expect(selecting.selectTargets(run)).resolves.toMatchObject([{ status: 'FAIL', reasonCode: 'CONNECTION_MISSING' }, {}]);
  });

  it('ends a run whose version has no Target Query as FAIL', async () => {
    await expect(select(new FakeManifest(), () => batches(0), { over: { target: null } }).selectTargets(run)).resolves.toMatchObject([{ status: 'FAIL', reasonCode: 'TARGET_QUERY_MISSING' }, {}]);
  });
});

describe('closing a manifest', () => {
  const silent = () => Promise.reject(new Refused('UNAVAILABLE', ['The service scheduler does not answer.', '(한국어) The service scheduler does not answer.']));
  function attempts(onClose: (tries: number) => Promise<void>, options: Parameters<typeof select>[2] = {}) {
    const manifest = new FakeManifest();
    let [opened, queried] = [0, 0];
    manifest.onOpen = async () => (opened += 1, 3);
    manifest.onClose = onClose;
    const ending = select(manifest, () => (queried += 1, batches(300)), options).selectTargets(run);
    return { manifest, ending, begun: () => ({ opened, queried }) };
  }

  it('is asked for again when it outlasts its answer, without running the query a second time', async () => {
    const { manifest, ending, begun } = attempts((tries) => (tries <= 2 ? silent() : Promise.resolve()));
    await expect(ending).resolves.toBeUndefined();
    expect(manifest).toMatchObject({ closes: 3, closedWith: 300, sequences: [0] });
    expect(begun()).toEqual({ opened: 1, queried: 1 });
  });

  it.each([
    ['another attempt took over', 'STALE' as const],
    ['the run was canceled', 'CONFLICT' as const],
  ])('ends quietly when %s before it was answered', async (_, code) => {
    const { ending, begun } = attempts((tries) => (tries === 1 ? silent() : Promise.reject(new Refused(code, ['no', '(한국어) no']))));
    await expect(ending).resolves.toBeUndefined();
    expect(begun()).toEqual({ opened: 1, queried: 1 });
  });

  it('is left to a later delivery when the scheduler stays away', async () => {
    const { manifest, ending } = attempts(silent);
    await expect(ending).rejects.toBeInstanceOf(TryLater);
    expect(manifest).toMatchObject({ closes: 10, closedWith: null });
  });

  it('holds nobody up who stops', async () => {
    const stopping = new AbortController();
    const manifest = new FakeManifest();
    manifest.onClose = () => (stopping.abort(), silent());
    const source = sourceWith({ streamTarget: () => batches(300) });
    const selecting = new SelectTargets(versionsWith(definition()), sourcesWith(source), manifest, new HeardAlarms(), stopping.signal);
    await expect(selecting.selectTargets(run)).rejects.toMatchObject({ name: 'TryLater', message: 'The service is stopping.' });
    expect(manifest.closes).toBe(1);
  });
});
