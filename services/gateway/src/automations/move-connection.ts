import type { Connection } from '@tank/contracts';
import type { Services } from '../handlers.js';
import { listed } from '../listed-names.js';
import { notYet } from '../problem.js';

/** Takes a connection away from a group that does not use it. @throws ApiProblem CONFLICT with the names of the automations that do. */
export async function moveConnection(services: Services, connectionId: string, groupId: string): Promise<Connection> {
  const before = await services.ask('dbio.group-of', { connectionId });
  if (before.groupId !== null && before.groupId !== groupId.toLowerCase()) await refuseUsed(services, connectionId, before.groupId);
  return services.ask('dbio.move-connection', { connectionId, groupId });
}

async function refuseUsed(services: Services, connectionId: string, groupId: string): Promise<void> {
  const { automations } = await services.ask('scheduler.connection-users', { connectionId, groupId });
  if (automations.length === 0) return;
  const names = listed(automations.map(({ name }) => name));
  throw notYet('groupId', [`Automations of its group use the connection: ${names}.`, `그룹의 자동화가 이 연결을 사용합니다: ${names}.`],
    ['Move them first (POST /api/automation/:id/group), or give them another connection.', '먼저 자동화를 옮기거나(POST /api/automation/:id/group) 다른 연결을 지정하세요.']);
}
