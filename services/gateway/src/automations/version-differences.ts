import type { AutomationDefinition } from '@tank/contracts';

type Json = null | string | number | boolean | Json[] | { [key: string]: Json };
export interface Difference {
  /** Such as `template.body`, `target.sql` or `fileRules[statement].file`. */
  path: string;
  /** Null where the version does not have it. */
  before: Json;
  after: Json;
}

/** When a query was checked, and what it gives, follows from what it says. */
const FOLLOWS = new Set(['checkedAt', 'columns']);

/** What `after` says otherwise than `before`, in the order of the definition; file rules are told apart by their names. */
export function differencesOf(before: AutomationDefinition, after: AutomationDefinition): Difference[] {
  return compare('', json(before), json(after));
}

function compare(path: string, before: Json, after: Json): Difference[] {
  if (isObject(before) && isObject(after)) return compareFields(path, before, after);
  if (path === 'fileRules' && Array.isArray(before) && Array.isArray(after)) return compareRules(before, after);
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

function compareFields(path: string, before: Record<string, Json>, after: Record<string, Json>): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !FOLLOWS.has(name));
  return names.flatMap((name) => compare(path ? `${path}.${name}` : name, before[name] ?? null, after[name] ?? null));
}

function compareRules(before: Json[], after: Json[]): Difference[] {
  const [old, present] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...present.keys()])];
  const differences = names.flatMap((name) => compare(`fileRules[${name}]`, old.get(name) ?? null, present.get(name) ?? null));
  const kept = (rules: Map<string, Json>, other: Map<string, Json>) => [...rules.keys()].filter((name) => other.has(name)).join('\n');
  const isMoved = kept(old, present) !== kept(present, old);
  return isMoved ? [...differences, { path: 'fileRules', before: [...old.keys()], after: [...present.keys()] }] : differences;
}

/** Of two rules with one name the second gets a number. */
function byName(rules: Json[]): Map<string, Json> {
  const named = new Map<string, Json>();
  for (const rule of rules) {
    const name = isObject(rule) ? String(rule.name) : '';
    let unique = name;
    for (let more = 2; named.has(unique); more += 1) unique = `${name} ${more}`;
    named.set(unique, rule);
  }
  return named;
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function json(definition: AutomationDefinition): Json {
  return JSON.parse(JSON.stringify(definition)) as Json;
}
