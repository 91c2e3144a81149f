import type { Actor, Automation } from '@tank/contracts';
import type { LogsDb } from '@tank/logs-db';
import { createDatabase, roleUrl, type TestDatabase } from '../../../embedded/test/parts.ts';
import { openSchedulerDatabase } from './adapters/scheduler-database.js';
import { AUTHOR, COMPLETE_DEFINITION, OLDEST, SchedulerFixture, WHATEVER_IT_IS } from './scheduler.fixture.js';

let database: TestDatabase;
let db: LogsDb;
let scheduler: SchedulerFixture;
let made: Automation;
let id: string;

const person = (name: string, at: number): Actor => ({ userId: `00000000-0000-4000-8000-0000000000b${at}`, name });
const [LEE, PARK] = [person('lee', 1), person('park', 2)];
const by = (who: Actor, revision: number | null = null) => ({ revision, by: who });
const template = (body: string) => ({ format: 'html' as const, subject: '안내', body, defaults: {}, htmlColumns: [] });
const bodyOf = (of: Automation['draftVersion']) => of?.definition.template?.body;
const conflict = (...words: string[]) => ({ refusal: { code: 'CONFLICT', message: expect.stringMatching(words.join('.*')), ko: expect.stringMatching(/[가-힣]/) } });

beforeAll(async () => {
  database = await createDatabase('scheduler_release');
  db = await openSchedulerDatabase(roleUrl(database, 'scheduler'));
  scheduler = new SchedulerFixture(db, 'one');
});
beforeEach(async () => {
  made = await scheduler.create(COMPLETE_DEFINITION);
  id = made.automationId;
});
afterAll(async () => {
  await db?.close();
  await database?.drop();
});

describe('a draft that is approved', () => {
  it('goes active as it stands, and shows who wrote and who approved it', async () => {
    expect(made.draftVersion).toMatchObject({ status: 'DRAFT', writtenBy: [AUTHOR], approvedBy: null, approvedAt: null });
    await scheduler.automations.changeDraft(id, by(LEE), { change: { priority: 1 } });
    await scheduler.automations.changeDraft(id, by(AUTHOR), { change: { priority: 2 } });
    const { version: approved } = await scheduler.release.approve(id, by(PARK), true);
    expect(approved).toMatchObject({ number: 1, status: 'APPROVED', writtenBy: [AUTHOR, LEE], approvedBy: PARK, approvedAt: expect.any(String), activatedAt: null });
    expect((await scheduler.automations.get(id)).draftVersion).toEqual(approved);
    const { version: active } = await scheduler.release.activate(id, by(LEE), true);
    expect(active).toEqual({ ...approved, status: 'ACTIVE', activatedAt: expect.any(String) });
    expect((await scheduler.automations.versions(id, { ...OLDEST, sort: '-number', limit: 1 })).items).toMatchObject([{ writtenBy: [AUTHOR, LEE], approvedBy: PARK }]);
  });

  it('is approved by nobody who has written in it, where somebody else has to, whoever that is', async () => {
    await scheduler.automations.changeDraft(id, by(LEE), { change: { priority: 1 } });
    await expect(scheduler.release.approve(id, by(AUTHOR), true)).rejects.toMatchObject(conflict('author, lee', 'requireApproval'));
    await expect(scheduler.release.approve(id, by({ ...LEE, name: 'another name' }), true)).rejects.toMatchObject(conflict('requireApproval'));
    expect(await scheduler.release.approve(id, by(AUTHOR), false)).toMatchObject({ version: { approvedBy: AUTHOR } });
  });

  it('goes active without approval only where none is asked for', async () => {
    await expect(scheduler.release.activate(id, by(LEE), true)).rejects.toMatchObject(conflict('has not been approved', 'POST'));
    expect(await scheduler.release.activate(id, by(LEE), false)).toMatchObject({ version: { status: 'ACTIVE', approvedBy: null } });
  });

  it('needs another approval when its writer gave it before that was forbidden', async () => {
    await scheduler.release.approve(id, by(AUTHOR), false);
    await expect(scheduler.release.activate(id, by(LEE), true)).rejects.toMatchObject(conflict('by anybody else than its writers'));
    expect(await scheduler.release.approve(id, by(LEE), true)).toMatchObject({ version: { status: 'APPROVED', approvedBy: LEE } });
    await expect(scheduler.release.approve(id, by(PARK), true)).rejects.toMatchObject(conflict('approved already, by lee'));
    expect(await scheduler.release.activate(id, by(AUTHOR), true)).toMatchObject({ version: { status: 'ACTIVE', approvedBy: LEE } });
  });

  it('is a draft again once anybody changes what it says, and stays approved when only the name changes', async () => {
    await scheduler.release.approve(id, by(LEE), true);
    const named = await scheduler.automations.changeDraft(id, by(PARK), { name: '새 이름', change: {} });
    expect(named.version).toMatchObject({ automationName: '새 이름', status: 'APPROVED', writtenBy: [AUTHOR] });
    await scheduler.changeDraft(id, { template: COMPLETE_DEFINITION.template! });
    expect((await scheduler.automations.get(id)).draftVersion?.status).toBe('APPROVED'); // it says what it said
    const changed = await scheduler.automations.changeDraft(id, by(LEE), { change: { template: template('<p>other</p>') } });
    expect(changed.version).toMatchObject({ status: 'DRAFT', writtenBy: [AUTHOR, LEE], approvedBy: null, approvedAt: null });
    await expect(scheduler.release.activate(id, by(LEE), true)).rejects.toMatchObject(conflict('has not been approved'));
    await expect(scheduler.release.approve(id, by(LEE), true)).rejects.toMatchObject(conflict('requireApproval'));
  });

  it('is approved only when it is whole', async () => {
    await scheduler.changeDraft(id, { sender: null });
    await expect(scheduler.release.approve(id, by(LEE), true)).rejects.toMatchObject({ refusal: { code: 'CONFLICT', field: 'sender' } });
    await scheduler.changeDraft(id, COMPLETE_DEFINITION);
    await scheduler.activate(id);
    await expect(scheduler.release.approve(id, by(LEE), true)).rejects.toMatchObject(conflict('There is no draft'));
  });

  it('says what was approved, whoever changes the row in the database', async () => {
    const { version: { versionId } } = await scheduler.release.approve(id, by(LEE), true);
    const refused = [
      `UPDATE automation_version SET definition = '{}' WHERE version_id = $1`,
      `UPDATE automation_version SET definition = '{}', status = 'ACTIVE' WHERE version_id = $1`,
      `UPDATE automation_version SET written_by = '[]' WHERE version_id = $1`,
      `UPDATE automation_version SET approved_by = NULL, approved_at = NULL, status = 'ACTIVE' WHERE version_id = $1`,
      `DELETE FROM automation_version WHERE version_id = $1`,
    ];
    for (const statement of refused) await expect(db.query(statement, [versionId])).rejects.toThrow(/is APPROVED and never changes/);
    await expect(db.query(`UPDATE automation_version SET definition = '{}', status = 'DRAFT' WHERE version_id = $1`, [versionId])).rejects.toThrow(/automation_version_approval/);
    await scheduler.release.activate(id, by(LEE), true);
    await expect(db.query(`UPDATE automation_version SET approved_at = now() WHERE version_id = $1`, [versionId])).rejects.toThrow(/is ACTIVE and never changes/);
  });
});

describe('an automation made of another', () => {
  it('has the writers of that and whoever made it, none of whom approves it', async () => {
    const input = { name: '사본', description: '', definition: COMPLETE_DEFINITION, schedules: [], by: LEE, writtenBy: [AUTHOR, PARK] };
    const copy = await scheduler.automations.create(input);
    expect(copy.draftVersion?.writtenBy).toEqual([AUTHOR, PARK, LEE]);
    for (const writer of [AUTHOR, PARK, LEE]) {
      await expect(scheduler.release.approve(copy.automationId, by(writer), true)).rejects.toMatchObject(conflict('has written in it'));
    }
  });
});

describe('a draft that is saved as it was', () => {
  it('keeps its writers, and whoever saves it with another check becomes one of them', async () => {
    await scheduler.automations.changeDraft(id, by(LEE), { change: { template: COMPLETE_DEFINITION.template! } });
    expect((await scheduler.automations.get(id)).draftVersion?.writtenBy).toEqual([AUTHOR]);
    await scheduler.automations.changeDraft(id, by(LEE), { change: { target: { ...COMPLETE_DEFINITION.target!, checkedAt: '2026-11-20T01:00:00.000Z' } } });
    expect((await scheduler.automations.get(id)).draftVersion?.writtenBy).toEqual([AUTHOR, LEE]);
  });
});

describe('of two who change an automation at once', () => {
  it('one wins when both have seen the same revision, and the other is told who did', async () => {
    const ends = await Promise.allSettled([LEE, PARK].map((who) => scheduler.automations.changeDraft(id, by(who, 1), { change: { template: template(who.name) } })));
    const won = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    expect(won).toHaveLength(1);
    expect(won[0]).toMatchObject({ revision: 2 });
    const winner = bodyOf(won[0]!.version);
    expect(ends.find((end) => end.status === 'rejected')?.reason).toMatchObject({
      refusal: { code: 'CHANGED_MEANWHILE', message: expect.stringContaining(`by ${winner} at 20`), ko: expect.stringContaining(`${winner}, 20`) },
    });
    const now = await scheduler.automations.get(id);
    expect([now.revision, bodyOf(now.draftVersion)]).toEqual([2, winner]);
  });

  it('nobody approves, restores or activates what he has not seen', async () => {
    await scheduler.activate(id);
    const { revision } = await scheduler.automations.changeDraft(id, WHATEVER_IT_IS, { change: { priority: 1 } });
    await scheduler.changeDraft(id, { template: template('slipped in') });
    const changed = { refusal: { code: 'CHANGED_MEANWHILE' } };
    await expect(scheduler.release.approve(id, by(LEE, revision), true)).rejects.toMatchObject(changed);
    await expect(scheduler.release.activate(id, by(LEE, revision), false)).rejects.toMatchObject(changed);
    await expect(scheduler.automations.restore(id, by(LEE, revision), 1)).rejects.toMatchObject(changed);
    expect((await scheduler.automations.get(id)).draftVersion).toMatchObject({ status: 'DRAFT', number: 2 });
  });

  it.each(['approve', 'activate'] as const)('what goes through %s is what was looked at, whoever is quicker', async (step) => {
    for (let round = 0; round < 5; round += 1) {
      const { revision } = await scheduler.automations.changeDraft(id, WHATEVER_IT_IS, { change: { template: template(`seen ${round}`) } });
      const [done, changed] = await Promise.allSettled([
        scheduler.release[step](id, by(LEE, revision), false),
        scheduler.automations.changeDraft(id, by(PARK, revision), { change: { template: template(`unseen ${round}`) } }),
      ]);
      expect([done.status, changed.status].sort()).toEqual(['fulfilled', 'rejected']);
      if (done.status === 'fulfilled') expect(bodyOf(done.value.version)).toBe(`seen ${round}`);
      const { draftVersion, activeVersion } = await scheduler.automations.get(id);
      if (done.status === 'rejected') expect([draftVersion?.status, bodyOf(draftVersion)]).toEqual(['DRAFT', `unseen ${round}`]);
      expect(bodyOf(activeVersion) ?? '').not.toContain('unseen');
    }
  });
});

describe('going back to an earlier version', () => {
  it('makes a draft that says what it said, written by whoever wrote that and whoever went back', async () => {
    await scheduler.activate(id);
    await scheduler.changeDraft(id, { template: template('second') });
    await scheduler.activate(id);
    const { version } = await scheduler.automations.restore(id, by(LEE), 1);
    expect(version).toMatchObject({ number: 3, status: 'DRAFT', writtenBy: [AUTHOR, LEE] });
    expect(version.definition).toEqual((await scheduler.automations.numbered(id, 1)).definition);
    expect((await scheduler.automations.get(id)).activeVersion?.number).toBe(2);
  });

  it('lets nobody approve his own words because somebody else went back to them', async () => {
    await scheduler.activate(id);
    await scheduler.automations.changeDraft(id, by(PARK), { change: { template: template('second') } });
    await scheduler.automations.restore(id, by(LEE), 1);
    for (const writer of [AUTHOR, PARK, LEE]) await expect(scheduler.release.approve(id, by(writer), true)).rejects.toMatchObject(conflict(writer.name));
    await expect(scheduler.release.approve(id, by(person('choi', 3)), true)).resolves.toMatchObject({ version: { status: 'APPROVED' } });
  });

  it('takes the place of the draft that is there, and its approval with it', async () => {
    await scheduler.activate(id);
    await scheduler.changeDraft(id, { template: template('second') });
    await scheduler.release.approve(id, by(LEE), true);
    const { version } = await scheduler.automations.restore(id, by(PARK), 1);
    expect(version).toMatchObject({ number: 2, status: 'DRAFT', writtenBy: [AUTHOR, PARK], approvedBy: null });
    expect(bodyOf(version)).toBe(COMPLETE_DEFINITION.template?.body);
  });

  it('is refused for the draft itself, and for a version that is not there', async () => {
    await expect(scheduler.automations.restore(id, by(LEE), 1)).rejects.toMatchObject({ refusal: { code: 'CONFLICT', field: 'number' } });
    await expect(scheduler.automations.restore(id, by(LEE), 9)).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND', field: 'number' } });
  });
});

describe('a schedule', () => {
  const timing = { cron: '0 9 25 * *', timeZone: 'Asia/Seoul', startAt: null, endAt: null, misfire: 'skip' as const };

  it('is changed and removed only by whoever has seen it as it is', async () => {
    const { scheduleId, revision } = await scheduler.schedules.create({ ...timing, automationId: id, enabled: true });
    const ends = await Promise.allSettled(['0 1 * * *', '0 2 * * *'].map((cron) => scheduler.schedules.change(scheduleId, by(LEE, revision), { cron })));
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const changed = { refusal: { code: 'CHANGED_MEANWHILE', message: expect.stringContaining('by lee at 20') } };
    await expect(scheduler.schedules.remove(scheduleId, revision)).rejects.toMatchObject(changed);
    expect(await scheduler.schedules.get(scheduleId)).toMatchObject({ revision: 2 });
    expect(await scheduler.schedules.remove(scheduleId, 2)).toMatchObject({ scheduleId });
    await expect(scheduler.schedules.get(scheduleId)).rejects.toMatchObject({ refusal: { code: 'NOT_FOUND' } });
  });
});
