import { Controller, Inject } from '@nestjs/common';
import type { Answer, Asks } from '@tank/contracts';
import { Answers } from '@tank/messaging';
import { Connections } from './connections.js';

@Controller()
export class ConnectionsHandler {
  constructor(@Inject(Connections) private readonly connections: Connections) {}

  @Answers('dbio.create-connection')
  create(asks: Asks<'dbio.create-connection'>): Promise<Answer<'dbio.create-connection'>> {
    return this.connections.create(asks);
  }

  @Answers('dbio.change-connection')
  change({ connectionId, revision, by, change }: Asks<'dbio.change-connection'>): Promise<Answer<'dbio.change-connection'>> {
    return this.connections.change(connectionId, { revision, by }, change);
  }

  @Answers('dbio.get-connection')
  get({ connectionId }: Asks<'dbio.get-connection'>): Promise<Answer<'dbio.get-connection'>> {
    return this.connections.get(connectionId);
  }

  @Answers('dbio.list-connections')
  list({ groupIds, ...asked }: Asks<'dbio.list-connections'>): Promise<Answer<'dbio.list-connections'>> {
    return this.connections.list(groupIds, asked);
  }

  @Answers('dbio.move-connection')
  move({ connectionId, groupId }: Asks<'dbio.move-connection'>): Promise<Answer<'dbio.move-connection'>> {
    return this.connections.move(connectionId, groupId);
  }

  @Answers('dbio.group-of')
  groupOf({ connectionId }: Asks<'dbio.group-of'>): Promise<Answer<'dbio.group-of'>> {
    return this.connections.groupOf(connectionId);
  }

  @Answers('dbio.test-connection')
  test({ connectionId }: Asks<'dbio.test-connection'>): Promise<Answer<'dbio.test-connection'>> {
    return this.connections.test(connectionId);
  }
}
