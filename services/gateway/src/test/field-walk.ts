import { OPERATION_IDS, type OperationId } from '@tank/contracts';
import { describeApi } from '../http/openapi.js';

export type Json = null | string | number | boolean | Json[] | { [key: string]: Json };
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: Json[];
  const?: Json;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  format?: string;
  pattern?: string;
}
/** A place in a body: names, and 0 for the first item of a list. */
export type Path = (string | 0)[];
export interface Field {
  path: Path;
  schema: Schema;
}

interface Described {
  operationId: OperationId;
  requestBody?: { content: { 'application/json': { schema: Schema } } };
  parameters: { name: string; in: string; schema: Schema }[];
}
const api = describeApi() as unknown as { paths: Record<string, Record<string, Described>>; components: { schemas: Record<string, Schema> } };
const operations = new Map(Object.values(api.paths).flatMap((methods) => Object.values(methods)).map((operation) => [operation.operationId, operation]));

/** Every field that the description has for an operation's body, at any depth. */
export function fieldsOf(id: OperationId): Field[] {
  const body = operations.get(id)?.requestBody?.content['application/json'].schema;
  return body ? walk(body, []) : [];
}

export function parametersOf(id: OperationId, place: 'path' | 'query'): string[] {
  return (operations.get(id)?.parameters ?? []).filter((one) => one.in === place).map(({ name }) => name);
}

export const WITH_BODY = OPERATION_IDS.filter((id) => fieldsOf(id).length > 0);

/** The JSON types that a field takes; undefined: any. */
export function typesOf(given: Schema): Set<string> | undefined {
  const schema = resolved(given);
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) {
    const types = parts.map(typesOf);
    return types.some((one) => one === undefined) ? undefined : new Set(types.flatMap((one) => [...one!]));
  }
  if (schema.allOf) return schema.allOf.map(typesOf).find((one) => one !== undefined);
  if (schema.type !== undefined) return new Set([schema.type].flat().map((type) => (type === 'integer' ? 'number' : type)));
  if (schema.enum) return new Set(schema.enum.map(typeOf));
  return schema.const === undefined ? undefined : new Set([typeOf(schema.const)]);
}

export function typeOf(value: Json): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

/** The body with that value at that place, and whatever has to be around it. */
export function withValue(body: Json | undefined, [step, ...rest]: Path, value: Json): Json {
  if (step === undefined) return value;
  if (step === 0) return [withValue(Array.isArray(body) ? body[0] : undefined, rest, value)];
  const object = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  return { ...object, [step]: withValue(object[step], rest, value) };
}

function walk(given: Schema, path: Path): Field[] {
  if (path.length > 6) return [];
  const schema = resolved(given);
  const parts = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].map(resolved);
  const own = path.length === 0 ? [] : [{ path, schema }];
  return [...own, ...parts.flatMap((part) => [
    ...Object.entries(part.properties ?? {}).flatMap(([name, inner]) => walk(inner, [...path, name])),
    ...(part.items ? walk(part.items, [...path, 0]) : []),
  ])];
}

function resolved(schema: Schema): Schema {
  return schema.$ref === undefined ? schema : resolved(api.components.schemas[schema.$ref.replace('#/components/schemas/', '')]!);
}
