import type { AskedChange, Connection, ConnectionChange, ConnectionInput, ConnectTest, Page, PageAsked } from '@tank/contracts';
import { SourceFailed, type Sources } from './source.js';

export interface KeptConnections {
  /** @throws Refused CONFLICT when the name is taken. */
  create(input: ConnectionInput): Promise<Connection>;
  /** @throws Refused NOT_FOUND, INVALID naming the field, CONFLICT when the name is taken, CHANGED_MEANWHILE. */
  change(connectionId: string, asked: AskedChange, change: ConnectionChange): Promise<Connection>;
  /** @throws Refused NOT_FOUND */
  get(connectionId: string): Promise<Connection>;
  /** @throws Refused NOT_FOUND */
  move(connectionId: string, groupId: string): Promise<Connection>;
  /** Of all groups when null. @throws Refused INVALID */
  page(groupIds: string[] | null, asked: PageAsked): Promise<Page<Connection>>;
  groupOf(connectionId: string): Promise<string | undefined>;
}

export interface SourcesInUse extends Sources {
  /** From now on the connection is used as it is now. */
  changed(connectionId: string): Promise<void>;
}

/** Connections to customer databases, as operators see them: never with a password. */
export class Connections {
  constructor(private readonly kept: KeptConnections, private readonly sources: SourcesInUse) {}

  create(input: ConnectionInput): Promise<Connection> {
    return this.kept.create(input);
  }

  /** Used at once in this process, within seconds in the other replicas. */
  async change(connectionId: string, asked: AskedChange, change: ConnectionChange): Promise<Connection> {
    const changed = await this.kept.change(connectionId, asked, change);
    await this.sources.changed(connectionId);
    return changed;
  }

  get(connectionId: string): Promise<Connection> {
    return this.kept.get(connectionId);
  }

  move(connectionId: string, groupId: string): Promise<Connection> {
    return this.kept.move(connectionId, groupId);
  }

  list(groupIds: string[] | null, asked: PageAsked): Promise<Page<Connection>> {
    return this.kept.page(groupIds, asked);
  }

  async groupOf(connectionId: string): Promise<{ groupId: string | null }> {
    return { groupId: (await this.kept.groupOf(connectionId)) ?? null };
  }

  async test(connectionId: string): Promise<ConnectTest> {
    try {
      return await (await this.sources.sourceOf(connectionId)).connectTest();
    } catch (error) {
      if (error instanceof SourceFailed) return { ok: false, problem: error.problem };
      throw error;
    }
  }
}
