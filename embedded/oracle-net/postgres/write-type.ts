import { OracleError } from '../backend.ts';
import { isGroup, isWord, type Node } from './scan-oracle.ts';
import { notDone, type Writing } from './write-expression.ts';

const WITH_SIZE: Record<string, string> = { VARCHAR2: 'varchar', NVARCHAR2: 'varchar', VARCHAR: 'varchar', CHAR: 'char', NCHAR: 'char', NUMBER: 'numeric', DECIMAL: 'numeric', NUMERIC: 'numeric', TIMESTAMP: 'timestamp' };
const WITHOUT: Record<string, string> = {
  NUMBER: 'numeric', DECIMAL: 'numeric', NUMERIC: 'numeric', INTEGER: 'numeric(38)', INT: 'numeric(38)', SMALLINT: 'numeric(38)', FLOAT: 'numeric', CHAR: 'char(1)', NCHAR: 'char(1)',
  BINARY_DOUBLE: 'float8', BINARY_FLOAT: 'float4', DATE: 'oracle_types.odate', TIMESTAMP: 'timestamp',
};

/** The type of a CAST. @throws OracleError ORA-00902 for a type that Oracle does not know, PostgreSQL's own ones among them. */
export function writeType({ out }: Writing, nodes: Node[], end: number): void {
  const [name, ...rest] = nodes;
  const at = name?.start ?? end;
  if (name?.kind !== 'word') throw new OracleError(902, 'invalid datatype', at);
  if (isWord(name, 'CLOB', 'NCLOB', 'BLOB')) throw notDone(`CAST AS ${name.value}`, at);
  const size = isGroup(rest[0]) ? sizeOf(rest.shift() as Node & { kind: 'group' }) : undefined;
  const zone = rest.map((node) => (node.kind === 'word' ? node.value : '?')).join(' ');
  const type = typeOf(name.value, size);
  if (type === undefined) throw new OracleError(size === undefined && WITH_SIZE[name.value] ? 906 : 902, size === undefined && WITH_SIZE[name.value] ? 'missing left parenthesis' : 'invalid datatype', at);
  if (zone === '') out.put(type, at);
  else if (isWord(name, 'TIMESTAMP') && /^WITH (LOCAL )?TIME ZONE$/.test(zone)) out.put(type.replace('timestamp', 'timestamptz'), at);
  else throw new OracleError(907, 'missing right parenthesis', rest[0]!.start);
}

function typeOf(name: string, size: string | undefined): string | undefined {
  if (size === undefined) return WITHOUT[name];
  if (name === 'RAW') return 'bytea';
  return WITH_SIZE[name] && `${WITH_SIZE[name]}(${size})`;
}

/** `20`, `20 CHAR`, `12, 2`, `*`. */
function sizeOf({ children, start }: Node & { kind: 'group' }): string {
  const text = children.map((node) => (node.kind === 'group' ? '?' : node.value)).join(' ');
  const size = /^(\d+)( CHAR| BYTE)?$|^(\d+) , (- )?\d+$/.exec(text);
  if (!size) throw new OracleError(1780, 'string literal required', start);
  return size[1] ?? text.replaceAll(' ', '');
}
