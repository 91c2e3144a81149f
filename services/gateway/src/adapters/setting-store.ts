import { DEFAULT_SETTINGS, SETTING_NAMES, settingsSchema, type Actor, type SettingChange, type SettingName, type Settings, type SettingsChange } from '@tank/contracts';
import type { GatewayDatabase } from './gateway-database.js';

const CURRENT = 'SELECT DISTINCT ON (name) change_no AS "changeNo", name, value, user_id AS "userId", user_name AS "userName", reason, at FROM setting_change ORDER BY name, change_no DESC';
/** Changes wait for each other: the revision that one was made on is compared while nobody else changes anything. */
const ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('tank.gateway.settings'))";
const REVISION = 'SELECT coalesce(max(change_no), 0) AS revision FROM setting_change';
const CHANGE = 'INSERT INTO setting_change (name, value, user_id, user_name, reason) VALUES ($1, $2, $3, $4, $5)';
const HISTORY = (direction: 'ASC' | 'DESC') => `
SELECT change_no AS "changeNo", name, value, user_id AS "userId", user_name AS "userName", reason, at FROM setting_change
WHERE ($1::bigint IS NULL OR change_no ${direction === 'ASC' ? '>' : '<'} $1) AND ($2::text IS NULL OR name = $2) ORDER BY change_no ${direction} LIMIT $3`;

/** So long may another replica go by the old value. */
const FRESH_MS = 2_000;

interface Row extends Omit<SettingChange, 'changeNo' | 'at'> {
  changeNo: string;
  at: Date;
}

/** Settings that change while Tank runs, and every change there ever was. */
export class SettingStore {
  #known: { atMs: number; settings: Promise<Settings> } | undefined;

  constructor(private readonly db: GatewayDatabase, private readonly nowMs: () => number = () => performance.now()) {}

  /** At most two seconds old. */
  current(): Promise<Settings> {
    if (this.#known && this.nowMs() - this.#known.atMs < FRESH_MS) return this.#known.settings;
    const known = { atMs: this.nowMs(), settings: this.#read() };
    this.#known = known;
    known.settings.catch(() => { if (this.#known === known) this.#known = undefined; });
    return known.settings;
  }

  /** The last change of each that was ever changed, and the revision of all. */
  async lastChanges(): Promise<{ revision: number; changes: SettingChange[] }> {
    const all = (await this.db.query<Row>(CURRENT)).map(changeOf);
    return { revision: Math.max(0, ...all.map(({ changeNo }) => changeNo)), changes: all.filter(({ name }) => isKnown(name)) };
  }

  /** All of them or, when another revision is there by now, none. `revision` null: whatever is there. */
  async change(changes: SettingsChange, by: Actor, reason: string | null, revision: number | null): Promise<'changed' | 'changed-meanwhile'> {
    const done = await this.db.transaction(async (sql) => {
      await sql.query(ONE_AT_A_TIME);
      const [last] = await sql.query<{ revision: string }>(REVISION);
      if (revision !== null && Number(last!.revision) !== revision) return 'changed-meanwhile';
      for (const [name, value] of Object.entries(changes)) await sql.query(CHANGE, [name, JSON.stringify(value), by.userId, by.name, reason]);
      return 'changed';
    });
    this.#known = undefined;
    return done;
  }

  /** After a change's number, as the list goes; newest first unless told otherwise. */
  async history(name: SettingName | null, after: number | null, limit: number, direction: 'ASC' | 'DESC' = 'DESC'): Promise<SettingChange[]> {
    return (await this.db.query<Row>(HISTORY(direction), [after, name, limit])).map(changeOf);
  }

  /** A value that an older or newer Tank wrote and this one cannot read is as if nobody had changed it. */
  async #read(): Promise<Settings> {
    const { changes } = await this.lastChanges();
    const readable = changes.filter(({ name, value }) => settingsSchema.shape[name as SettingName].safeParse(value).success);
    return { ...DEFAULT_SETTINGS, ...Object.fromEntries(readable.map(({ name, value }) => [name, value])) };
  }
}

function isKnown(name: string): boolean {
  return (SETTING_NAMES as string[]).includes(name);
}

function changeOf({ changeNo, at, ...row }: Row): SettingChange {
  return { ...row, changeNo: Number(changeNo), at: at.toISOString() };
}
