import type { Answer, AutomationDefinition } from '@tank/contracts';
import { SOURCE_PATIENCE, type Services } from '../handlers.js';
import { notYet } from '../problem.js';
import { queryProblem, sourceProblem } from './query-problem.js';

export type Sample = Extract<Answer<'dbio.sample'>, { status: 'ok' }>;

/** The first rows of the Target Query, each with what the Mapping Query finds over it. @throws ApiProblem 409, 422, 503 */
export async function sampleRows(services: Services, { connectionId, target, mapping }: AutomationDefinition, limit: number): Promise<Sample> {
  if (!connectionId) throw notYet('connectionId', ['The automation has no connection yet.', '자동화에 연결이 지정되지 않았습니다.'], ['Set connectionId first.', 'connectionId를 먼저 지정하세요.']);
  if (!target) throw notYet('target', ['There is no Target Query to take a row from.', '행을 가져올 대상 쿼리가 없습니다.'], ['Save the Target Query first.', '대상 쿼리를 먼저 저장하세요.']);
  const sample = await services.ask('dbio.sample', { connectionId, targetSql: target.sql, mappingSql: mapping?.sql ?? null, limit }, SOURCE_PATIENCE);
  if (sample.status === 'invalid') throw queryProblem('sql', sample.error);
  if (sample.status === 'unreachable') throw sourceProblem(sample.problem);
  return sample;
}
