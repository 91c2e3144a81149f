import { describe, expect, it } from '@jest/globals';
import { about, exitCodeOf, type Finding } from './finding.js';
import { jsonReport, markdownReport, progressLine, withoutSecrets, type ReportAbout } from './report.js';

const CHARACTERS = about('character-set', ['Character set', '문자 집합']);
const good = CHARACTERS.ok('AL32UTF8');
const warned = about('roles', ['Roles', '롤']).warning('DBA | x', ['Revoke it.', '회수하세요.']);
const failed = about('connect', ['Connecting', '접속']).failed(['refused', '거부됨'], ['Ask the DBA.', 'DBA에게 문의하세요.']);
const told: ReportAbout = { tankVersion: '0.1.0', nodeVersion: 'v26.10.0', driver: 'node-oracledb 26.0.0', connect: 'db:1521/crm', user: 'tank', timeZone: 'Asia/Seoul', startedAt: new Date('2026-11-20T00:00:00Z'), durationMs: 1_234 };

describe('the report of a self-check', () => {
  it.each<[Finding[], number]>([[[good], 0], [[good, warned], 2], [[good, warned, failed], 1], [[CHARACTERS.skipped('x')], 0]])('ends with the exit code of the worst', (findings, code) => expect(exitCodeOf(findings)).toBe(code));

  it('says in Markdown what was found, in cells that hold together', () => {
    const report = markdownReport([good, warned], told, 'en');
    expect(report).toContain('- Result: **WARNINGS** (failed 0, warning 1, ok 1, skipped 0)');
    expect(report).toContain('- Tank, Node, driver: 0.1.0, v26.10.0, node-oracledb 26.0.0');
    expect(report).toContain('| ⚠️ warning | Roles | DBA \\| x |');
    expect(report).toMatch(/## What to do\n\n- \*\*Roles\*\*: Revoke it\./);
    expect(report).not.toMatch(/[가-힣]/);
  });

  it('says everything twice for both languages, and a figure that reads the same once', () => {
    const report = markdownReport([good, failed], told, 'both');
    expect(report).toContain('| ❌ failed | 접속 · Connecting | 거부됨<br>refused |');
    expect(report).toContain('| ✅ ok | 문자 집합 · Character set | AL32UTF8 |');
    expect(progressLine(failed, 'ko')).toBe('✗ 접속: 거부됨');
  });

  it('is there as JSON for a program to read', () => {
    expect(JSON.parse(jsonReport([failed], told))).toMatchObject({
      result: 'FAILED', exitCode: 1, tankVersion: '0.1.0', startedAt: '2026-11-20T00:00:00.000Z',
      findings: [{ id: 'connect', level: 'failed', figure: { en: 'refused', ko: '거부됨' }, remedy: { en: 'Ask the DBA.', ko: 'DBA에게 문의하세요.' } }],
    });
  });

  it('keeps secrets out that somebody wrote into the connect string', () => {
    expect(withoutSecrets('tank/s3cret@db:1521/crm')).toBe('db:1521/crm');
    expect(withoutSecrets('(DESCRIPTION=(SECURITY=(WALLET_PASSWORD=s3cret)(X=1)))')).toBe('(DESCRIPTION=(SECURITY=(WALLET_PASSWORD=***)(X=1)))');
    expect(withoutSecrets('tcps://db/crm?wallet_password=s3cret&x=1')).toBe('tcps://db/crm?wallet_password=***&x=1');
    expect(markdownReport([], { ...told, connect: 'tank/s3cret@db' }, 'both')).not.toContain('s3cret');
  });

  it.each([
    ['(SECURITY=(WALLET_PASSWORD="geheim two")(X=1))', '(SECURITY=(WALLET_PASSWORD=***)(X=1))'],
    ['(SECURITY=(wallet_password = "ge)heim&two") (X=1))', '(SECURITY=(wallet_password = ***) (X=1))'],
    ["(SECURITY=(PASSWORD='geheim two')(X=1))", '(SECURITY=(PASSWORD=***)(X=1))'],
    ['(SECURITY=(WALLET_PASSWORD=geheim two)(X=1))', '(SECURITY=(WALLET_PASSWORD=***)(X=1))'],
    ['tcps://db/crm?wallet_password="geheim & two"&x=1', 'tcps://db/crm?wallet_password=***&x=1'],
    ['(SECURITY=(WALLET_PASSWORD="geheim two)(X=1))', '(SECURITY=(WALLET_PASSWORD=***'],
  ])('hides a secret to its end, quoted or with blanks: %s', (connect, shown) => expect(withoutSecrets(connect)).toBe(shown));
});
