import { Refused, type Connection, type ConnectionInput, type ConnectTest } from '@tank/contracts';
import { SourceFailed, type Sources } from './source.js';

export interface KeptConnections {
  /** @throws Refused CONFLICT when the name is taken. */
  create(input: ConnectionInput): Promise<Connection>;
  list(): Promise<Connection[]>;
}

/** Connections to customer databases, as operators see them: never with a password. */
export class Connections {
  constructor(private readonly kept: KeptConnections, private readonly sources: Sources, private readonly kinds: Connection['kind'][]) {}

  async create(input: ConnectionInput): Promise<Connection> {
    if (!this.kinds.includes(input.kind)) throw new Refused('INVALID', `This version of Tank does not reach ${input.kind}: it knows ${this.kinds.join(', ')}.`, 'kind');
    return this.kept.create(input);
  }

  async list(): Promise<{ items: Connection[] }> {
    return { items: await this.kept.list() };
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
