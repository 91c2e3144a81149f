import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, PROBLEM_CODES, RUN_STATUSES } from '@tank/contracts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/what-can-go-wrong.md'), 'utf8');

/** Quoted words in the code that look like a code and are none. A new one of these is named here, a new code on the page. */
const NO_CODES = [
  'SEND_STATUS', 'MESSAGE_ID', 'SENT_AT', 'ERROR_CODE', 'MAIL_ID', 'RUN_ID', // binds of the Update Query
  'IN_DOUBT', 'NOT_SENT', // an outcome, a state of the ledger
  'HEALTH_PROBES', // a provider
  'ERR_ENCODING_INVALID_ENCODED_DATA', // Node's
  'OAUTH_TIMEOUT', // openid-client's
];
/** Codes that are put together: what may stand behind the fixed part. */
const ENDS: Record<string, readonly string[]> = { RUN_: RUN_STATUSES.filter((status) => status !== 'RUNNING') };

interface Explanation {
  code: string;
  english: string;
  korean: string;
}

/** Codes in the code, each with a file that has it. */
function codesOfTheCode(): Map<string, string> {
  const codes = new Map<string, string>([...ERROR_CODES, ...PROBLEM_CODES].map((code) => [code, 'packages/contracts']));
  for (const file of globSync('{services,packages}/*/src/**/*.ts', { cwd: root })) {
    if (/\.(spec|fixture)\.ts$|\/test\/|\/selfcheck\//.test(file)) continue; // the self-check's words are names of Oracle's rights and views
    for (const code of codesIn(readFileSync(join(root, file), 'utf8'))) if (!NO_CODES.includes(code)) codes.set(code, file);
  }
  return codes;
}

function codesIn(source: string): string[] {
  // Whatever is quoted and has an underscore; a single word only where a code is expected.
  const words = [...source.matchAll(/(['"])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\1/g)].map(([, , word]) => word!);
  const single = [...source.matchAll(/(?:refuseQuery\(\w+, |(?:reasonCode|errorCode|code): |new [A-Z]\w+\()'([A-Z][A-Z0-9]{2,})'/g)].map(([, word]) => word!);
  const built = [...source.matchAll(/`([A-Z][A-Z0-9]*_(?:[A-Z0-9]+_)*)\$\{/g)].flatMap(([, start]) => (ENDS[start!] ?? ['…']).map((end) => start + end));
  return [...words, ...single, ...built];
}

/** What the Oracle adapter has words for. */
function oracleCodesOfTheCode(): Set<string> {
  const sources = globSync('services/dbio/src/adapters/oracle/oracle-*{troubles,meanings,codes}.ts', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
  return new Set(sources.flatMap((source) => [...source.matchAll(/'((?:ORA|NJS|DPI)-\d+)'/g)].map(([, code]) => code!)));
}

/** Rows of the tables of Oracle's errors. */
function oracleRows(): { errors: string; english: string; korean: string }[] {
  return [...page.matchAll(/^\| ((?:ORA|NJS|DPI)-[^|\n]*) \| ([^|\n]*) \| ([^|\n]*) \|$/gm)].map(([, errors, english, korean]) => ({ errors: errors!, english: english!, korean: korean! }));
}

/** A code is explained by its heading, or by a row of a table: code | EN | KO. */
function explanations(): Explanation[] {
  const headings = [...page.matchAll(/^### `([A-Z_]+)`\n\*\*EN\*\*([\s\S]*?)\*\*KO\*\*([\s\S]*?)(?=^#|^---$|^\||(?![\s\S]))/gm)];
  const rows = [...page.matchAll(/^\| (`[A-Z_]+`(?: `[A-Z_]+`)*) \| ([^|\n]*) \| ([^|\n]*) \|$/gm)];
  return [
    ...headings.map(([, code, english, korean]) => ({ code: code!, english: english!, korean: korean! })),
    ...rows.flatMap(([, codes, english, korean]) => [...codes!.matchAll(/[A-Z_]+/g)].map(([code]) => ({ code, english: english!, korean: korean! }))),
  ];
}

describe('docs/what-can-go-wrong.md', () => {
  const inCode = codesOfTheCode();
  const onPage = explanations();

  it('explains every code that the code can give', () => {
    const missing = [...inCode].filter(([code]) => !onPage.some((one) => one.code === code));
    expect(missing).toEqual([]);
  });

  it('explains no code that there is not', () => {
    expect(onPage.map(({ code }) => code).filter((code) => !inCode.has(code))).toEqual([]);
  });

  it('explains each code once', () => {
    const codes = onPage.map(({ code }) => code);
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
  });

  it.each(onPage.map((one) => [one.code, one] as const))('explains %s in both languages, with what to do', (_, { english, korean }) => {
    expect(english).toMatch(/[a-z]{2}.{18}/s);
    expect(korean).toMatch(/[가-힣]/);
    expect(korean).toContain('*조치:*');
  });

  it('leaves no row of a table unread, such as one with a cell too many', () => {
    const codeRows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(codeRows.filter((line) => !onPage.some(({ code, english }) => line.includes(`\`${code}\``) && line.includes(english)))).toEqual([]);
  });

  it("finds each of Oracle's errors that the adapter knows in its tables", () => {
    const listed = new Set(oracleRows().flatMap(({ errors }) => errors.match(/(?:ORA|NJS|DPI)-\d+/g) ?? []));
    const isPartOfAnother = ['ORA-00604', 'ORA-04088', 'ORA-06512', 'ORA-12801', 'ORA-24381', 'ORA-03301', 'ORA-00000'];
    expect([...oracleCodesOfTheCode()].filter((code) => !listed.has(code) && !isPartOfAnother.includes(code))).toEqual([]);
  });

  it.each(oracleRows().map((row) => [row.errors, row] as const))("explains Oracle's %s in both languages, with what to do", (_, { english, korean }) => {
    expect(english).toMatch(/[a-z]{2}.{10}.*\*Remedy:\* /);
    expect(korean).toMatch(/[가-힣].*\*조치:\* /);
  });
});
