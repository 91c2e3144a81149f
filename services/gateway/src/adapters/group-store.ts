import { randomUUID } from 'node:crypto';
import { pageOf, rowPlaceIn, type Group, type Page, type PageAsked } from '@tank/contracts';
import { NAMES_SORTED, readSorted, type SortedList } from '@tank/logs-db';
import type { GatewayDatabase } from './gateway-database.js';

const COLUMNS = 'group_id AS "groupId", name, folders, created_at AS "createdAt"';
/** $1 which of them, or null. */
const GROUPS: SortedList = {
  columns: COLUMNS,
  from: 'user_group',
  where: '$1::uuid[] IS NULL OR group_id = ANY ($1)',
  sorts: { name: { sql: `name ${NAMES_SORTED}`, of: 'text' } },
  id: 'group_id',
};
const ADD = `INSERT INTO user_group (group_id, name, folders) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING RETURNING ${COLUMNS}`;
const CHANGE = `UPDATE user_group SET name = coalesce($2, name), folders = coalesce($3, folders) WHERE group_id = $1 RETURNING ${COLUMNS}`;
const REMOVE = `DELETE FROM user_group WHERE group_id = $1 RETURNING ${COLUMNS}`;
/** After the group itself: whoever just joined it has been waited for by then. */
const DISMISS = 'DELETE FROM group_member WHERE group_id = $1 RETURNING user_id';
const UNIQUE_VIOLATION = '23505';

type GroupRow = Omit<Group, 'createdAt'> & { createdAt: Date };

/** The groups that users are in; what belongs to one is known to its owners. */
export class GroupStore {
  constructor(private readonly db: GatewayDatabase) {}

  async page(groupIds: readonly string[] | null, asked: PageAsked): Promise<Page<Group>> {
    const found = await readSorted<GroupRow>(this.db, GROUPS, [groupIds], asked, rowPlaceIn(asked));
    return pageOf(found.map(({ row, place }) => ({ item: groupOf(row), place })), asked);
  }

  async isThere(groupId: string): Promise<boolean> {
    return (await this.db.query('SELECT FROM user_group WHERE group_id = $1', [groupId])).length === 1;
  }

  /** Of a group that there is not, none. */
  async foldersOf(groupId: string): Promise<string[]> {
    const [row] = await this.db.query<{ folders: string[] }>('SELECT folders FROM user_group WHERE group_id = $1', [groupId]);
    return row?.folders ?? [];
  }

  async add({ name, folders }: Pick<Group, 'name' | 'folders'>): Promise<Group | undefined> {
    const [row] = await this.db.query<GroupRow>(ADD, [randomUUID(), name, folders]);
    return row && groupOf(row);
  }

  async change(groupId: string, { name, folders }: { name?: string | undefined; folders?: string[] | undefined }): Promise<Group | 'unknown' | 'name-in-use'> {
    try {
      const [row] = await this.db.query<GroupRow>(CHANGE, [groupId, name, folders]);
      return row ? groupOf(row) : 'unknown';
    } catch (error) {
      if ((error as { code?: string }).code === UNIQUE_VIOLATION) return 'name-in-use';
      throw error;
    }
  }

  remove(groupId: string, check: () => Promise<void>): Promise<Group | undefined> {
    return this.db.transaction(async (sql) => {
      const [row] = await sql.query<GroupRow>(REMOVE, [groupId]);
      if (!row) return undefined;
      await check();
      await sql.query(DISMISS, [groupId]);
      return groupOf(row);
    });
  }
}

function groupOf({ createdAt, ...group }: GroupRow): Group {
  return { ...group, createdAt: createdAt.toISOString() };
}
