import type { AutomationDefinition, AutomationFile, AutomationVersion, Schedule } from '@tank/contracts';

interface Exported {
  name: string;
  description: string;
  version: AutomationVersion;
  /** Its connection's name. */
  connection: string | null;
  schedules: Schedule[];
}

/** What an automation is anywhere: without ids, and without what was found out about its queries here. */
export function fileOf({ name, description, version: { definition }, connection, schedules }: Exported): AutomationFile {
  const { connectionId: _id, target, mapping, update, ...rest } = definition;
  return {
    format: 'tank-automation',
    formatVersion: 1,
    name,
    description,
    connection,
    definition: {
      ...rest,
      target: target && { sql: target.sql },
      mapping: mapping && { sql: mapping.sql },
      update: update && { sql: update.sql, after: update.after },
    },
    schedules: schedules.map(({ cron, timeZone, startAt, endAt, misfire }) => ({ cron, timeZone, startAt, endAt, misfire })),
  };
}

/** The draft that a file makes: its queries have not been tested here. */
export function definitionOf({ definition: { target, mapping, update, ...rest } }: AutomationFile, connectionId: string | null): AutomationDefinition {
  const untested = { columns: [], checkedAt: null };
  return { ...rest, connectionId, target: target && { ...target, ...untested }, mapping: mapping && { ...mapping, ...untested }, update: update && { ...update, ...untested } };
}
