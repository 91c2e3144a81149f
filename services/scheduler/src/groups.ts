import type { AutomationDefinition } from '@tank/contracts';

export interface Place {
  automationId: string;
  groupId: string;
}
export interface LiveDefinition {
  automationId: string;
  name: string;
  definition: Pick<AutomationDefinition, 'connectionId'>;
}

export interface GroupReader {
  placeOf(kind: 'automation' | 'run' | 'schedule', id: string): Promise<Place | undefined>;
  automationIds(groupIds: string[]): Promise<string[]>;
  /** Active versions and drafts of the group in which the id stands somewhere, by the name of their automation. */
  definitionsNaming(connectionId: string, groupId: string): Promise<LiveDefinition[]>;
}

/** Which group's things these are. A run and a schedule belong to their automation for good; an automation may move. */
export class Groups {
  constructor(private readonly reader: GroupReader) {}

  async groupOf(asked: { automationId: string } | { runId: string } | { scheduleId: string }): Promise<{ automationId: string | null; groupId: string | null }> {
    const place = await ('automationId' in asked ? this.reader.placeOf('automation', asked.automationId)
      : 'runId' in asked ? this.reader.placeOf('run', asked.runId)
      : this.reader.placeOf('schedule', asked.scheduleId));
    return place ?? { automationId: null, groupId: null };
  }

  automationIds(groupIds: string[]): Promise<string[]> {
    return this.reader.automationIds(groupIds);
  }

  /** The automations of the group that use the connection, each once. */
  async connectionUsers(connectionId: string, groupId: string): Promise<{ automationId: string; name: string }[]> {
    const naming = await this.reader.definitionsNaming(connectionId, groupId);
    const using = naming.filter(({ definition }) => definition.connectionId?.toLowerCase() === connectionId.toLowerCase());
    return [...new Map(using.map(({ automationId, name }) => [automationId, { automationId, name }])).values()];
  }
}
