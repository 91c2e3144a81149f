import { setLogLevel } from '@tank/telemetry';
import { createDatabase, roleUrl, type TestDatabase } from '../../../../embedded/test/parts.js';
import { derivedKey } from '../adapters/access-tokens.js';
import { openGatewayDatabase, type GatewayDatabase } from '../adapters/gateway-database.js';
import { openAudit, openRecords } from '../adapters/open-records.js';
import type { Asked } from './audit-trail.js';
import { verifyTrail } from './verify-trail.js';

const KEY = Buffer.alloc(32, 5);
const chainKey = derivedKey(KEY, 'audit trail');
const asked = (of: Partial<Asked> = {}): Asked => ({
  by: { userId: '5b8f2a90-33c4-4f0e-9d52-1c7f6a2b4d15', name: '김운영' }, address: '10.0.0.7', operation: 'startRun', objectKind: 'automation', objectId: 'a-1',
  detail: { businessDate: '2026-11-20T09:00:00', odd: 'a\u0000\ud800' }, traceId: null, ...of,
});
const NOTHING = { userId: null, operation: null, objectId: null, from: null, to: null, personDigest: null };

describe('the audit trail', () => {
  let database: TestDatabase;
  let db: GatewayDatabase;
  beforeAll(() => setLogLevel('error'));
  beforeEach(async () => {
    database = await createDatabase('audit');
    db = await openGatewayDatabase(roleUrl(database, 'gateway'));
  });
  afterEach(async () => {
    await db.close();
    await database.drop();
  });
  const store = () => openAudit(db, KEY);
  const verify = (remembered?: { entryNo: number; hash: string }) => verifyTrail(chainKey, store(), remembered);
  /** As somebody does who owns the table. */
  const tamper = async (statement: string) => {
    await db.query('ALTER TABLE audit_entry DISABLE TRIGGER USER');
    await db.query(statement);
    await db.query('ALTER TABLE audit_entry ENABLE TRIGGER USER');
  };
  const write = async (count: number) => {
    const { trail } = openRecords(db, KEY);
    for (let at = 0; at < count; at += 1) await trail.record(asked({ objectId: `a-${at}` }));
  };

  it('is one chain, whichever replica writes, and shows what was asked with how it ended', async () => {
    const replicas = [openRecords(db, KEY).trail, openRecords(db, KEY).trail];
    await Promise.all(Array.from({ length: 20 }, async (_, at) => {
      const ended = await replicas[at % 2]!.begin(asked());
      await ended({ status: 202, code: null, objectId: `run-${at}` });
    }));
    await replicas[0]!.begin(asked({ operation: 'cancelRun' }));
    expect(await verify()).toMatchObject({ isWhole: true, entries: 41, first: 1, last: 41 });
    const items = await store().page(NOTHING, null, 100);
    expect(items).toHaveLength(21);
    expect(items[0]).toMatchObject({ operation: 'cancelRun', answer: null, userName: '김운영' });
    expect(new Set(items.slice(1).map(({ answer }) => answer?.objectId)).size).toBe(20);
    expect((await store().page({ ...NOTHING, objectId: 'run-7' }, null, 100)).map(({ operation }) => operation)).toEqual(['startRun']);
  });

  it.each([
    ['changed', "UPDATE audit_entry SET user_name = 'nobody' WHERE entry_no = 3", 3, 'changed'],
    ['changed in what was asked for', "UPDATE audit_entry SET detail = '{\"businessDate\":\"2026-11-21T09:00:00\"}' WHERE entry_no = 2", 2, 'changed'],
    ['taken out', 'DELETE FROM audit_entry WHERE entry_no = 3', 4, 'missing before'],
    ['taken out at the beginning', 'DELETE FROM audit_entry WHERE entry_no < 3', 3, 'beginning missing'],
    ['put in', "INSERT INTO audit_entry SELECT 6, at, kind, asked_no, user_id, user_name, address, operation, object_kind, object_id, detail, status, code, trace_id, hash, hash FROM audit_entry WHERE entry_no = 5", 6, 'changed'],
  ])('knows where an entry was %s', async (_, statement, entryNo, because) => {
    await write(5);
    expect((await verify()).isWhole).toBe(true);
    await tamper(statement);
    expect(await verify()).toEqual({ isWhole: false, entryNo, because });
  });

  it('knows an end that was cut off by an entry that somebody remembers', async () => {
    await write(5);
    const head = (await verify()) as { head: string };
    expect((await verify({ entryNo: 5, hash: head.head.slice(0, 16) })).isWhole).toBe(true);
    await tamper('DELETE FROM audit_entry WHERE entry_no > 3');
    expect((await verify()).isWhole).toBe(true);
    expect(await verify({ entryNo: 5, hash: head.head.slice(0, 16) })).toEqual({ isWhole: false, entryNo: 5, because: 'not as remembered' });
  });

  it('tells who searched for a person or saw him, by a digest that only this installation can make', async () => {
    const { trail, persons } = openRecords(db, KEY);
    await trail.record(asked({ operation: 'searchMails', detail: { view: 'masked', address: persons.toldAddress('Kim@customer.example') } }));
    await trail.record(asked({ operation: 'listRunMails', detail: { view: 'unmasked', seen: [persons.of('lee@customer.example'), persons.of('kim@customer.example')] } }));
    await trail.record(asked({ operation: 'getMail' }));
    const whoAsked = async (person: string, by = persons) => (await store().page({ ...NOTHING, personDigest: by.of(person) }, null, 100)).map(({ operation }) => operation);
    expect(await whoAsked(' KIM@customer.example')).toEqual(['listRunMails', 'searchMails']);
    expect(await whoAsked('lee@customer.example')).toEqual(['listRunMails']);
    expect(await whoAsked('kim@customer.example', openRecords(db, Buffer.alloc(32, 6)).persons)).toEqual([]);
  });

  it('cannot be made up with another key', async () => {
    await write(2);
    expect(await verifyTrail(Buffer.alloc(32, 6), store())).toEqual({ isWhole: false, entryNo: 1, because: 'changed' });
  });

  it('lets nobody change, delete or empty it by mistake', async () => {
    await write(1);
    for (const statement of ["UPDATE audit_entry SET code = 'x'", 'DELETE FROM audit_entry', 'TRUNCATE audit_entry']) await expect(db.query(statement)).rejects.toThrow(/never changes/);
  });

  it('deletes what is older than the retention, says so in itself, and stays one chain', async () => {
    await write(5);
    const [row] = await db.query<{ at: Date }>('SELECT max(at) AS at FROM audit_entry');
    expect(await store().deleteBefore(new Date(row!.at.getTime() + 1_000))).toBe(4);
    const verdict = await verify();
    expect(verdict).toMatchObject({ isWhole: true, first: 5, last: 6 });
    expect((await store().page(NOTHING, null, 1))[0]).toMatchObject({ operation: 'retention', userId: null, detail: { through: 4, entries: 4 } });
    expect(await store().deleteBefore(new Date(0))).toBe(0);
    await tamper('DELETE FROM audit_entry WHERE entry_no = 5');
    expect((await verify()).isWhole).toBe(false);
  });
});
