import { createHash } from 'node:crypto';

type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

/** Whatever the API takes that opens something. */
const SECRET = /password|secret|token|^code$|encrypted/i;
const LONGEST = 300;
const MOST_ITEMS = 50;

/**
 * What the trail keeps of a request: no secret, and of a long text its beginning, length and SHA-256, by which it can be compared with
 * a version's. Undefined for a request that says nothing.
 */
export function toldDetail(input: { query: unknown; body: unknown }): Json | undefined {
  const said = Object.entries(input).filter(([, part]) => typeof part === 'object' && part !== null && Object.keys(part).length > 0);
  return said.length === 0 ? undefined : Object.assign({}, ...said.map(([, part]) => told(part)));
}

function told(value: unknown): Json {
  if (typeof value === 'string') return value.length > LONGEST ? cut(value) : value;
  if (Array.isArray(value)) return value.length > MOST_ITEMS ? [...value.slice(0, MOST_ITEMS).map(told), `… ${value.length} items`] : value.map(told);
  if (typeof value !== 'object' || value === null) return (value ?? null) as Json;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, SECRET.test(name) && inner !== null && inner !== undefined ? '(hidden)' : told(inner)]));
}

function cut(text: string): string {
  return `${text.slice(0, LONGEST).toWellFormed()}… (${text.length} characters, SHA-256 ${createHash('sha256').update(text).digest('hex')})`;
}
