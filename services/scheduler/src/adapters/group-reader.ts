import { automationDefinitionSchema } from '@tank/contracts';
import type { LogsDb } from '@tank/logs-db';
import type { GroupReader, LiveDefinition, Place } from '../groups.js';

const PLACES = {
  automation: 'SELECT automation_id, group_id FROM automation WHERE automation_id = $1',
  run: 'SELECT automation_id, group_id FROM run JOIN automation USING (automation_id) WHERE run_id = $1',
  schedule: 'SELECT automation_id, group_id FROM schedule JOIN automation USING (automation_id) WHERE schedule_id = $1',
};
const AUTOMATION_IDS = 'SELECT automation_id FROM automation WHERE group_id = ANY($1) ORDER BY created_at, automation_id';
/** As text: PostgreSQL cannot look into a json that holds every text as it was written, such as one with U+0000. */
const NAMING = `
  SELECT a.automation_id, a.name, v.definition FROM automation a JOIN automation_version v USING (automation_id)
  WHERE a.group_id = $2 AND v.status IN ('ACTIVE', 'DRAFT', 'APPROVED') AND v.definition::text ILIKE '%"connectionId":"' || $1::uuid || '"%'
  ORDER BY a.name, a.automation_id`;

export class PgGroupReader implements GroupReader {
  constructor(private readonly db: LogsDb) {}

  async placeOf(kind: 'automation' | 'run' | 'schedule', id: string): Promise<Place | undefined> {
    const [row] = await this.db.query<{ automation_id: string; group_id: string }>(PLACES[kind], [id]);
    return row && { automationId: row.automation_id, groupId: row.group_id };
  }

  async automationIds(groupIds: string[]): Promise<string[]> {
    const rows = await this.db.query<{ automation_id: string }>(AUTOMATION_IDS, [groupIds]);
    return rows.map((row) => row.automation_id);
  }

  async definitionsNaming(connectionId: string, groupId: string): Promise<LiveDefinition[]> {
    const rows = await this.db.query<{ automation_id: string; name: string; definition: unknown }>(NAMING, [connectionId, groupId]);
    return rows.map((row) => ({ automationId: row.automation_id, name: row.name, definition: automationDefinitionSchema.parse(row.definition) }));
  }
}
