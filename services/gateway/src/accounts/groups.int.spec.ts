import { DEFAULT_GROUP, type Group } from '@tank/contracts';
import { waitFor } from '../../../../embedded/test/parts.js';
import * as sample from '../test/samples.js';
import { ServedAccounts, type Person } from '../test/served-accounts.js';

let served: ServedAccounts;
let admin: Person;
beforeAll(async () => {
  served = await ServedAccounts.start();
  admin = await served.signIn();
});
afterAll(() => served.stop());

async function group(name: string, folders?: string[]): Promise<Group> {
  const { status, body } = await admin.call('createGroup', '/api/group', { body: { name, folders } });
  expect(status).toBe(201);
  return body;
}
const setGroups = (person: Person, groups: string[]) => admin.call('changeUser', `/api/user/${person.user.userId}`, { body: { groups } });
const namesFor = async (person: Person) => (await person.call('listGroups', '/api/group')).body.items.map(({ name }: Group) => name);
const AUTOMATION = `/api/automation/${sample.AUTOMATION}`;

describe('groups', () => {
  it('are listed for their members, and all of them for administrators', async () => {
    const { groupId } = await group('카드');
    await group('보험');
    const person = await served.person('lister', 'viewer');
    expect(await namesFor(person)).toEqual(['기본 그룹']);
    expect((await setGroups(person, [groupId])).body.groups).toEqual([groupId]);
    expect(await namesFor(person)).toEqual(['카드']);
    expect(await namesFor(admin)).toEqual(expect.arrayContaining(['기본 그룹', '보험', '카드']));
  });

  it('have each a name of their own, which can be changed', async () => {
    const { groupId } = await group('증권');
    const taken = { status: 409, body: { code: 'CONFLICT', field: 'name' } };
    expect(await admin.call('createGroup', '/api/group', { body: { name: ' 증권 ' } })).toMatchObject(taken);
    expect(await admin.call('changeGroup', `/api/group/${groupId}`, { body: { name: '기본 그룹' } })).toMatchObject(taken);
    expect((await admin.call('changeGroup', `/api/group/${groupId}`, { body: { name: '증권 2부' } })).body).toMatchObject({ groupId, name: '증권 2부' });
    for (const id of ['changeGroup', 'removeGroup'] as const) {
      expect(await admin.call(id, `/api/group/${sample.GROUP}`, id === 'changeGroup' ? { body: { name: 'x' } } : {})).toMatchObject({ status: 404, body: { code: 'NOT_FOUND', field: 'id' } });
    }
  });

  it('have no files until an administrator names folders, which a change of the name leaves as they are; the default group has all', async () => {
    const { groupId, folders } = await group('수신');
    expect(folders).toEqual([]);
    const change = async (body: object) => (await admin.call('changeGroup', `/api/group/${groupId}`, { body })).body;
    expect(await change({ folders: ['\\deposit\\2026\\', 'terms'.normalize('NFD')] })).toMatchObject({ name: '수신', folders: ['deposit/2026', 'terms'] });
    expect(await change({ name: '수신 2부' })).toMatchObject({ name: '수신 2부', folders: ['deposit/2026', 'terms'] });
    expect(await change({ folders: [] })).toMatchObject({ name: '수신 2부', folders: [] });
    const all: Group[] = (await admin.call('listGroups', '/api/group')).body.items;
    expect(all.find((one) => one.groupId === DEFAULT_GROUP)!.folders).toEqual(['']);
  });

  it('give their automations files of their folders alone, from the moment of a change', async () => {
    const change = (folders: string[]) => admin.call('changeGroup', `/api/group/${DEFAULT_GROUP}`, { body: { folders } });
    const save = async (directory: string) => (await admin.call('changeAutomation', AUTOMATION, { body: { fileRules: [{ name: 'PDF', directory, file: 'a.pdf' }] } })).status;
    expect((await change(['cards'])).status).toBe(200);
    expect([await save('cards/2026'), await save('insurance')]).toEqual([200, 409]);
    await change(['']);
    expect(await save('insurance')).toBe(200);
  });

  it('are removed with their memberships', async () => {
    const { groupId } = await group('임시');
    const person = await served.person('temporary', 'viewer');
    await setGroups(person, [groupId, DEFAULT_GROUP]);
    expect((await admin.call('removeGroup', `/api/group/${groupId}`)).body).toMatchObject({ groupId, name: '임시' });
    expect((await person.call('getSession', '/api/session')).body.user.groups).toEqual([DEFAULT_GROUP]);
    expect(await setGroups(person, [groupId])).toMatchObject({ status: 422, body: { field: 'groups' } });
  });

  it('are not removed while something belongs to them, and the default one never', async () => {
    const { groupId } = await group('사용 중');
    served.fakes['dbio.list-connections'] = ({ groupIds }) => ({ items: groupIds?.includes(groupId) ? [sample.connection] : [], next: null });
    const { status, body } = await admin.call('removeGroup', `/api/group/${groupId}`);
    expect([status, body.code, body.detail]).toEqual([409, 'CONFLICT', expect.stringContaining('"demo"')]);
    expect(await namesFor(admin)).toContain('사용 중');
    const refused = await admin.call('removeGroup', `/api/group/${DEFAULT_GROUP.toUpperCase()}`);
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('default group')]);
  });

  it('to which something is given must be there, for administrators, too', async () => {
    const body = { groupId: sample.GROUP };
    for (const [id, path] of [['moveAutomation', `${AUTOMATION}/group`], ['moveConnection', `/api/connection/${sample.CONNECTION}/group`]] as const) {
      expect(await admin.call(id, path, { body })).toMatchObject({ status: 404, body: { field: 'groupId' } });
    }
    expect(await admin.call('createAutomation', '/api/automation', { body: { name: 'x', ...body } })).toMatchObject({ status: 404, body: { field: 'groupId' } });
  });
});

describe('a user who is taken out of a group', () => {
  it('loses sight of it at once, and within two seconds in every other replica', async () => {
    const person = await served.person('leaver', 'viewer');
    const elsewhere = () => served.otherReplica.call('getAutomation', AUTOMATION, { headers: { authorization: `Bearer ${person.accessToken}` } });
    expect([(await person.call('getAutomation', AUTOMATION)).status, (await elsewhere()).status]).toEqual([200, 200]);
    await setGroups(person, []);
    expect((await person.call('getAutomation', AUTOMATION)).status).toBe(404);
    expect((await person.call('listAutomations', '/api/automation')).body.items).toEqual([]);
    await waitFor(async () => (await elsewhere()).status === 404, { what: 'the other replica to notice', timeoutMs: 4_000 });
  });
});
