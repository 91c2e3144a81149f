import { API, OPERATION_IDS, type Operation, type OperationId } from '@tank/contracts';

export type Route =
  | { found: 'operation'; id: OperationId; params: Record<string, string> }
  | { found: 'path'; allow: string[] }
  | { found: 'nothing' };

const TABLE = OPERATION_IDS.map((id) => {
  const { method, path } = API[id] as Operation;
  const segments = path.split('/');
  return { id, method: method as string, segments, names: segments.filter((segment) => segment.startsWith(':')).length };
}).sort((one, other) => one.names - other.names);

/** The operation for a method and path; a literal path (`/api/health/detail`) goes before a named one. */
export function findRoute(method: string, pathname: string): Route {
  const parts = pathname.replace(/(.)\/$/, '$1').split('/');
  const matching = TABLE.filter(({ segments }) => matches(segments, parts));
  if (matching.length === 0) return { found: 'nothing' };
  const route = matching.find((candidate) => candidate.method === (method === 'HEAD' ? 'GET' : method));
  if (!route) return { found: 'path', allow: [...new Set(matching.map((candidate) => candidate.method))] };
  return { found: 'operation', id: route.id, params: paramsOf(route.segments, parts) };
}

function matches(segments: string[], parts: string[]): boolean {
  return segments.length === parts.length && segments.every((segment, at) => (segment.startsWith(':') ? parts[at] !== '' : segment === parts[at]));
}

/** Undecoded: an id has no character that would be escaped, so one that is escaped fails its own check. */
function paramsOf(segments: string[], parts: string[]): Record<string, string> {
  return Object.fromEntries(segments.flatMap((segment, at) => (segment.startsWith(':') ? [[segment.slice(1), parts[at] ?? '']] : [])));
}
