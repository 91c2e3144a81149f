import { OracleError } from '../backend.ts';
import { isGroup, isWord, splitAtCommas, type Group, type Node, type Token } from './scan-oracle.ts';
import { numberFormatForPostgres, timeElements, timeFormatForPostgres } from './time-format.ts';
import { notDone, writeExpression, writeLevel, type Writing } from './write-expression.ts';
import { writeType } from './write-type.ts';
import { quoted } from './written-sql.ts';

type WriteCall = (w: Writing, name: Token, args: Node[][], group: Group) => void;

/** Words before a parenthesis that are no functions. */
const NOT_FUNCTIONS = [
  'SELECT', 'FROM', 'WHERE', 'AND', 'OR', 'NOT', 'IN', 'EXISTS', 'ANY', 'SOME', 'ALL', 'LIKE', 'BETWEEN', 'ESCAPE', 'CASE', 'WHEN', 'THEN', 'ELSE', 'AS', 'ON', 'USING', 'JOIN', 'BY', 'HAVING',
  'UNION', 'MINUS', 'INTERSECT', 'EXCEPT', 'DISTINCT', 'UNIQUE', 'OVER', 'VALUES', 'SET', 'INTO', 'INSERT', 'UPDATE', 'WITH', 'FIRST', 'NEXT', 'OFFSET', 'OF', 'LATERAL', 'PARTITION', 'IS',
];
/** Functions that mean the same to both, in PostgreSQL's own form or in that of the schema `oracle_net`. */
const SAME = [
  'COUNT', 'SUM', 'AVG', 'MIN', 'MAX', 'STDDEV', 'VARIANCE', 'ROW_NUMBER', 'RANK', 'DENSE_RANK', 'NTILE', 'LAG', 'LEAD', 'FIRST_VALUE', 'LAST_VALUE',
  'ABS', 'CEIL', 'FLOOR', 'MOD', 'POWER', 'SQRT', 'SIGN', 'ROUND', 'TRUNC', 'EXP', 'LN',
  'UPPER', 'LOWER', 'INITCAP', 'LENGTH', 'LENGTHB', 'LPAD', 'RPAD', 'SUBSTR', 'INSTR', 'ASCII', 'CHR', 'CONCAT', 'NULLIF', 'COALESCE', 'REGEXP_LIKE', 'EXTRACT',
  'ADD_MONTHS', 'LAST_DAY', 'MONTHS_BETWEEN', 'FROM_TZ', 'RAWTOHEX', 'HEXTORAW', 'SYS_GUID', 'SYS_CONTEXT',
];
/** Functions that may give an empty string, which is NULL. */
const MAY_BE_EMPTY = ['TRIM', 'LTRIM', 'RTRIM', 'REPLACE', 'TRANSLATE', 'REGEXP_SUBSTR'];
const NOT_DONE = [
  'TO_CLOB', 'TO_NCLOB', 'TO_BLOB', 'TO_NCHAR',   'GREATEST', 'LEAST', 'LISTAGG', 'REGEXP_REPLACE', 'REGEXP_COUNT', 'REGEXP_INSTR', 'TO_DSINTERVAL', 'TO_YMINTERVAL', 'NUMTODSINTERVAL', 'NUMTOYMINTERVAL', 'TABLE', 'XMLTABLE',
  'JSON_TABLE', 'JSON_VALUE', 'JSON_QUERY', 'JSON_OBJECT', 'JSON_ARRAY', 'XMLELEMENT', 'XMLAGG', 'GROUPING', 'CUBE', 'ROLLUP', 'SYS_EXTRACT_UTC', 'TZ_OFFSET', 'NEXT_DAY', 'NEW_TIME',
];
/** PostgreSQL reads these without looking for a function. */
const SYNTAX_OF_POSTGRES = ['ARRAY', 'ROW', 'OVERLAY', 'POSITION', 'SUBSTRING', 'NORMALIZE', 'TREAT'];

const SPECIAL: Record<string, WriteCall> = {
  NVL: (w, name, args) => writeAround(w, name, 'COALESCE(', exactly(name, args, 2), ')'),
  NVL2: writeNvl2,
  DECODE: writeDecode,
  CAST: (w, name, _args, group) => writeCast(w, name, group),
  TO_CHAR: writeToChar,
  TO_NUMBER: writeToNumber,
  TO_DATE: (w, name, args) => writeToTime(w, name, args, 'to_date', 'nls_date'),
  TO_TIMESTAMP: (w, name, args) => writeToTime(w, name, args, 'to_timestamp', 'nls_timestamp'),
  TO_TIMESTAMP_TZ: (w, name, args) => writeToTime(w, name, args, 'to_timestamp_tz', 'nls_timestamp_tz'),
};

export function isFunctionCall(nodes: Node[], at: number): boolean {
  return isGroup(nodes[at + 1]) && nodes[at]!.kind === 'word' && !isWord(nodes[at], ...NOT_FUNCTIONS);
}

/** A function and its arguments. @throws OracleError for one that only PostgreSQL has, and for one that is not done here. */
export function writeCall(w: Writing, name: Token, group: Group): void {
  const { value } = name;
  const special = SPECIAL[value];
  if (special) special(w, name, splitAtCommas(group.children), group);
  else if (NOT_DONE.includes(value)) throw notDone(value, name.start);
  else if (MAY_BE_EMPTY.includes(value)) writeAround(w, name, `NULLIF(${value}(`, [group.children], "), '')");
  else if (SAME.includes(value) || !isOfPostgres(w, value)) writeAround(w, name, `${name.text}(`, [group.children], ')');
  else throw new OracleError(904, `"${value}": invalid identifier`, name.start);
}

function isOfPostgres({ isOfPostgres }: Writing, name: string): boolean {
  return SYNTAX_OF_POSTGRES.includes(name) || isOfPostgres(name.toLowerCase());
}

function writeAround(w: Writing, { start }: Token, before: string, args: Node[][], after: string): void {
  w.out.put(before, start);
  args.forEach((arg, index) => {
    if (index > 0) w.out.put(',', arg[0]?.start ?? start);
    writeLevel(w, arg);
  });
  w.out.put(after, start);
}

function writeNvl2(w: Writing, name: Token, args: Node[][]): void {
  const [value, present, absent] = exactly(name, args, 3) as [Node[], Node[], Node[]];
  writeAround(w, name, 'CASE WHEN (', [value], ') IS NOT NULL');
  writeAround(w, name, 'THEN', [present], 'ELSE');
  writeAround(w, name, '', [absent], 'END');
}

/** In DECODE, NULL equals NULL. */
function writeDecode(w: Writing, name: Token, [value, ...rest]: Node[][]): void {
  if (!value || rest.length < 2) throw new OracleError(938, 'not enough arguments for function', name.start);
  w.out.put('CASE', name.start);
  for (let at = 0; at + 1 < rest.length; at += 2) {
    writeAround(w, name, 'WHEN (', [value], ') IS NOT DISTINCT FROM (');
    writeAround(w, name, '', [rest[at]!], ')');
    writeAround(w, name, 'THEN', [rest[at + 1]!], '');
  }
  if (rest.length % 2 === 1) writeAround(w, name, 'ELSE', [rest.at(-1)!], '');
  w.out.put('END', name.start);
}

function writeCast(w: Writing, name: Token, { children, end }: Group): void {
  const as = children.findIndex((node) => isWord(node, 'AS'));
  if (as < 1) throw new OracleError(905, 'missing keyword', children[0]?.start ?? end);
  const [value, type] = [children.slice(0, as), children.slice(as + 1)];
  w.out.put('CAST(', name.start);
  writeExpression(w, value);
  w.out.put('AS', children[as]!.start);
  writeType(w, type, end - 1);
  w.out.put(')', end - 1);
}

function writeToChar(w: Writing, name: Token, args: Node[][]): void {
  if (args.length === 1) return writeAround(w, name, 'oracle_net.to_char(', args, ')');
  const [value, format] = exactly(name, args, 2) as [Node[], Node[]];
  const { value: text, start } = formatOf(format, name);
  const written = numberFormatForPostgres(text) ?? timeFormatForPostgres(text, start);
  writeAround(w, name, 'to_char(', [value], `, ${quoted(written)})`);
}

function writeToNumber(w: Writing, name: Token, args: Node[][]): void {
  if (args.length === 1) return writeAround(w, name, 'oracle_net.to_number(', args, ')');
  const [value, format] = exactly(name, args, 2) as [Node[], Node[]];
  const { value: text, start } = formatOf(format, name);
  const written = numberFormatForPostgres(text);
  if (written === undefined) throw notDone(`the number format ${text}`, start);
  writeAround(w, name, 'to_number(', [value], `, ${quoted(written)})`);
}

function writeToTime(w: Writing, name: Token, args: Node[][], reader: string, byNls: string): void {
  if (args.length === 1) return writeAround(w, name, `oracle_net.${byNls}(`, args, ')');
  const [value, format] = exactly(name, args, 2) as [Node[], Node[]];
  const { value: text, start } = formatOf(format, name);
  writeAround(w, name, `oracle_net.${reader}(`, [value], `, ARRAY[${timeElements(text, start).map(quoted).join(', ')}])`);
}

/** Formats are translated, so they must be there to be read. */
function formatOf(format: Node[], name: Token): Token {
  const [first, ...more] = format;
  if (first?.kind === 'string' && more.length === 0) return first;
  throw notDone(`${name.value} with a format that is no literal`, first?.start ?? name.start);
}

function exactly(name: Token, args: Node[][], count: number): Node[][] {
  if (args.length < count || args[0]!.length === 0) throw new OracleError(938, 'not enough arguments for function', name.start);
  if (args.length > count) throw count === 2 ? notDone(`${name.value} with a third argument`, args[2]![0]?.start ?? name.start) : new OracleError(939, 'too many arguments for function', name.start);
  return args;
}
