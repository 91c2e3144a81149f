import { API, Refused, type InBoth, type Operation, type OperationId, type SeenKind } from '@tank/contracts';
import { z } from 'zod';
import type { Caller } from './accounts/account.js';
import type { Services } from './handlers.js';

/** So long may a thing that was moved, or an automation that is new, go unnoticed. */
const FRESH_MS = 2_000;
const MOST_KNOWN = 10_000;

interface Groups {
  isThere(groupId: string): Promise<boolean>;
}
interface Input {
  params: object;
  query: object;
  body: object;
}
type Seer = Pick<Caller, 'groups'>;

/**
 * The one place that decides who sees what: people see what belongs to their groups, administrators everything. A run, a schedule and a mail
 * belong to the group of their automation. What somebody may not see is to him as if it were not there, in the same words.
 */
export class Sight {
  readonly #automations: Fresh<string | null>;
  readonly #connections: Fresh<string | null>;
  readonly #automationsOfGroups: Fresh<string[]>;
  /** Of a run or a schedule, which never changes its automation. */
  readonly #automationOf = new Map<string, string>();

  constructor(private readonly services: Services, private readonly groups: Groups, nowMs: () => number = () => performance.now()) {
    this.#automations = new Fresh(nowMs);
    this.#connections = new Fresh(nowMs);
    this.#automationsOfGroups = new Fresh(nowMs);
  }

  /** All that a call names, in its path, query and body. @throws Refused NOT_FOUND */
  async admit(id: OperationId, { params, query, body }: Input, caller: Seer): Promise<void> {
    const { of, refers = {} }: Operation = API[id];
    if (of && isSeenByGroup(of)) await this.see(of, (params as { id: string }).id, caller);
    const named = { ...query, ...body } as Record<string, unknown>;
    for (const [field, kind] of Object.entries(refers)) {
      const other = named[field];
      if (typeof other === 'string') await this.see(kind, other, caller, field);
    }
  }

  /** Of what an administrator names only groups are looked up: the rest its owner knows. @throws Refused NOT_FOUND where there is no such thing, or only for others. */
  async see(kind: SeenKind, id: string, { groups }: Seer, field?: string): Promise<void> {
    if (groups === null && kind !== 'group') return;
    const groupId = await this.#groupOf(kind, id.toLowerCase());
    if (groupId === null || (groups !== null && !groups.includes(groupId))) throw noSuch(kind, id, field);
  }

  /** For what knows automations by their id alone; null: all. */
  async automationIds({ groups }: Seer): Promise<string[] | null> {
    if (groups === null) return null;
    const groupIds = [...groups].sort();
    return this.#automationsOfGroups.get(groupIds.join(), async () => (await this.services.ask('scheduler.automation-ids', { groupIds })).automationIds);
  }

  /** What was just changed here is noticed here at once. */
  forget(): void {
    for (const known of [this.#automations, this.#connections, this.#automationsOfGroups, this.#automationOf]) known.clear();
  }

  #groupOf(kind: SeenKind, id: string): Promise<string | null> {
    switch (kind) {
      case 'automation':
        return this.#automations.get(id, async () => (await this.services.ask('scheduler.group-of', { automationId: id })).groupId);
      case 'connection':
        return this.#connections.get(id, async () => (await this.services.ask('dbio.group-of', { connectionId: id })).groupId);
      case 'run':
        return this.#groupBy(id, { runId: id });
      case 'schedule':
        return this.#groupBy(id, { scheduleId: id });
      case 'mail':
        return z.uuid().safeParse(id.slice(0, UUID_LENGTH)).success ? this.#groupOf('run', id.slice(0, UUID_LENGTH)) : Promise.resolve(null);
      case 'group':
        return this.groups.isThere(id).then((isThere) => (isThere ? id : null));
    }
  }

  async #groupBy(id: string, asks: { runId: string } | { scheduleId: string }): Promise<string | null> {
    const known = this.#automationOf.get(id);
    if (known !== undefined) return this.#groupOf('automation', known);
    const { automationId, groupId } = await this.services.ask('scheduler.group-of', asks);
    if (automationId === null) return null;
    if (this.#automationOf.size >= MOST_KNOWN) this.#automationOf.clear();
    this.#automationOf.set(id, automationId);
    return groupId;
  }
}

/** A mail id is that of its run, and a row. */
const UUID_LENGTH = 36;

/** Whoever may be told of anybody's users, sessions and groups is an administrator: their operations say so themselves. */
function isSeenByGroup(kind: NonNullable<Operation['of']>): kind is Exclude<SeenKind, 'group'> {
  return kind !== 'user' && kind !== 'session' && kind !== 'group';
}

const NO_SUCH: Record<SeenKind, (id: string) => InBoth> = {
  automation: (id) => [`There is no automation ${id}.`, `자동화 ${id}이(가) 없습니다.`],
  run: (id) => [`There is no run ${id}.`, `실행 ${id}이(가) 없습니다.`],
  schedule: (id) => [`There is no schedule ${id}.`, `스케줄 ${id}이(가) 없습니다.`],
  mail: (id) => [`There is no mail ${id}.`, `메일 ${id}이(가) 없습니다.`],
  connection: (id) => [`There is no connection ${id}: choose one of the list.`, `연결 ${id}이(가) 없습니다. 목록에서 선택하세요.`],
  group: (id) => [`There is no group ${id}: choose one of GET /api/group.`, `그룹 ${id}이(가) 없습니다. GET /api/group 에서 선택하세요.`],
};

/** The words of the services for what there is not. */
export function noSuch(kind: SeenKind, id: string, field = `${kind}Id`): Refused {
  return new Refused('NOT_FOUND', NO_SUCH[kind](id), field);
}

/** Answers for so long as they may be old; whoever asks meanwhile waits for the same one. */
class Fresh<T> {
  readonly #known = new Map<string, { atMs: number; value: Promise<T> }>();

  constructor(private readonly nowMs: () => number) {}

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key);
    if (known && this.nowMs() - known.atMs < FRESH_MS) return known.value;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    const entry = { atMs: this.nowMs(), value: ask() };
    this.#known.set(key, entry);
    entry.value.catch(() => this.#known.get(key) === entry && this.#known.delete(key));
    return entry.value;
  }

  clear(): void {
    this.#known.clear();
  }
}
