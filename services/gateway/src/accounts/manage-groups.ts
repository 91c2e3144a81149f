import { DEFAULT_GROUP, type Group, type OperationInput, type Page, type PageAsked } from '@tank/contracts';
import { listed } from '../listed-names.js';
import { ApiProblem, notYet } from '../problem.js';
import { noSuch } from '../sight.js';
import type { Caller } from './account.js';

type GroupInput = OperationInput<'createGroup'>['body'];
type GroupChange = OperationInput<'changeGroup'>['body'];

interface Groups {
  /** @throws Refused INVALID */
  page(groupIds: readonly string[] | null, asked: PageAsked): Promise<Page<Group>>;
  /** Undefined when the name is in use. */
  add(group: GroupInput): Promise<Group | undefined>;
  change(groupId: string, change: GroupChange): Promise<Group | 'unknown' | 'name-in-use'>;
  /** With its memberships, unless `check` throws. Undefined: there is no such group. */
  remove(groupId: string, check: () => Promise<void>): Promise<Group | undefined>;
  isThere(groupId: string): Promise<boolean>;
  foldersOf(groupId: string): Promise<string[]>;
}

/** Groups: whose automations and connections somebody sees. Who is in one is said of the user. */
export class ManageGroups {
  constructor(private readonly groups: Groups, private readonly changed: () => void) {}

  /** One's own; an administrator's are all. */
  list({ groups }: Pick<Caller, 'groups'>, asked: PageAsked): Promise<Page<Group>> {
    return this.groups.page(groups, asked);
  }

  isThere(groupId: string): Promise<boolean> {
    return this.groups.isThere(groupId);
  }

  /** Whose files its automations may name; of a group that there is not, none. */
  foldersOf(groupId: string): Promise<string[]> {
    return this.groups.foldersOf(groupId);
  }

  async create(group: GroupInput): Promise<Group> {
    return (await this.groups.add(group)) ?? nameTaken(group.name);
  }

  async change(groupId: string, change: GroupChange): Promise<Group> {
    const changed = await this.groups.change(groupId, change);
    if (changed === 'unknown') throw noSuch('group', groupId, 'id');
    return changed === 'name-in-use' ? nameTaken(change.name ?? '') : changed;
  }

  /** Its members leave it. @param thingsOf names of what belongs to it @throws ApiProblem CONFLICT for the default group, and one that has something. */
  async remove(groupId: string, thingsOf: () => Promise<string[]>): Promise<Group> {
    if (groupId.toLowerCase() === DEFAULT_GROUP) throw notYet('id', ['This is the default group, which always stays.', '기본 그룹은 삭제할 수 없습니다.'], ['Give it another name instead (PATCH /api/group/:id).', '필요하면 이름을 바꾸세요 (PATCH /api/group/:id).']);
    const removed = await this.groups.remove(groupId, async () => refuseUsed(await thingsOf()));
    if (!removed) throw noSuch('group', groupId, 'id');
    this.changed();
    return removed;
  }
}

function refuseUsed(things: string[]): void {
  if (things.length === 0) return;
  throw notYet('id', [`Automations or connections belong to the group: ${listed(things)}.`, `그룹에 자동화나 연결이 있습니다: ${listed(things)}.`],
    ['Move them into another group first (POST /api/automation/:id/group, POST /api/connection/:id/group).', '먼저 다른 그룹으로 옮기세요 (POST /api/automation/:id/group, POST /api/connection/:id/group).']);
}

function nameTaken(name: string): never {
  const [detail, remedy] = [[`There is a group "${name}" already.`, `그룹 "${name}"이(가) 이미 있습니다.`], ['Choose another name.', '다른 이름을 쓰세요.']] as const;
  throw new ApiProblem({ status: 409, code: 'CONFLICT', detail, remedy, field: 'name', faults: [{ field: 'name', message: detail, remedy }] });
}
