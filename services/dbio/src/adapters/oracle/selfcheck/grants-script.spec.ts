import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const read = (name: string) => readFileSync(fileURLToPath(new URL(`../../../../../../docs/oracle/${name}`, import.meta.url)), 'utf8');

/** Variables as SQL*Plus meets them, line by line: it asks for one that is not defined, and a script that asks has a mistake. */
function undefinedVariables(script: string): string[] {
  const known = new Set<string>();
  const missing: string[] = [];
  for (const line of script.split('\n')) {
    for (const [, name] of line.matchAll(/&(\w+)/g)) if (!known.has(name!)) missing.push(name!);
    const defined = /^(?:DEFINE|ACCEPT)\s+(\w+)/.exec(line)?.[1];
    if (defined) known.add(defined);
  }
  return missing;
}

describe.each(['grants.sql', 'revoke.sql'])('the script for the DBA, %s,', (name) => {
  const script = read(name);

  it('defines every variable before its use', () => expect(undefinedVariables(script)).toEqual([]));

  it('has no line that SQL*Plus would go on reading in the next one, and none that ends a block early', () => {
    const lines = script.split('\n');
    expect(lines.filter((line) => line.endsWith('-'))).toEqual([]);
    expect(lines.filter((line) => /^\s*[./]\s*$/.test(line))).toEqual(['/']);
  });

  it('stops at the first error and asks no questions on the way', () => expect(script).toMatch(/^WHENEVER SQLERROR EXIT FAILURE ROLLBACK$[^]*^SET VERIFY OFF$/m));

  it('is explained in both languages', () => {
    expect(script.split('\n').filter((line) => /^--.*[가-힣]/.test(line)).length).toBeGreaterThan(1);
    expect(script.split('\n').filter((line) => /^-- [A-Z][A-Za-z]+ /.test(line)).length).toBeGreaterThan(1);
  });
});

describe('the script of grants', () => {
  const granted = [...read('grants.sql').matchAll(/apply\('(GRANT [^']*)/g)].map(([, statement]) => statement);

  it('gives a session, and for the rest only what it was told', () => {
    expect(granted).toEqual(['GRANT ', 'GRANT CREATE SESSION TO &TANK_USER', 'GRANT &TANK_ROLE TO &TANK_USER', 'GRANT SELECT, UPDATE (&TANK_UPDATE_COLUMNS) ON &TANK_UPDATES TO ']);
    expect(read('grants.sql')).not.toMatch(/\b(ANY (TABLE|PROCEDURE|DICTIONARY)|UNLIMITED TABLESPACE|GRANT DBA|WITH (ADMIN|GRANT) OPTION)\b/);
  });

  it('never shows the password', () => {
    expect(read('grants.sql')).toMatch(/ACCEPT TANK_PASSWORD .* HIDE$/m);
    expect(read('grants.sql')).toMatch(/IDENTIFIED BY "' \|\| q'~&TANK_PASSWORD~' \|\| '" .*', 'CREATE USER &TANK_USER'\)/);
    expect(read('grants.sql')).toMatch(/^UNDEFINE TANK_PASSWORD$/m);
  });
});
