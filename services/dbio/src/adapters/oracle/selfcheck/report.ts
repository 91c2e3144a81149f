import type { Sentence } from '../../../problem.js';
import { exitCodeOf, type Finding, type Level } from './finding.js';

export type ReportLanguage = 'ko' | 'en' | 'both';

/** What a reader far away has to know to make sense of the findings. */
export interface ReportAbout {
  tankVersion: string;
  nodeVersion: string;
  driver: string;
  /** As given; a connect string holds no password. */
  connect: string;
  user: string;
  timeZone: string;
  startedAt: Date;
  durationMs: number;
}

const RESULT = { 0: ['OK', '정상'], 1: ['FAILED', '실패'], 2: ['WARNINGS', '경고 있음'] } as const;
const SIGNS: Record<Level, string> = { ok: '✅ ok', warning: '⚠️ warning', failed: '❌ failed', skipped: '– skipped' };
const PROMISE: Sentence = [
  'This report holds versions, settings, names of privileges, tables and columns, counts and times. It holds no password and no value of any row. Please send it back to the vendor of Tank.',
  '이 보고서에는 버전, 설정, 권한·테이블·컬럼 이름, 건수와 시간만 있습니다. 비밀번호와 데이터 값은 없습니다. Tank 공급사에 보내 주세요.',
];

export function markdownReport(findings: Finding[], about: ReportAbout, language: ReportLanguage): string {
  const say = (sentence: Sentence, between: string) => spoken(sentence, language, between);
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const facts: [Sentence, string][] = [
    [['Result', '결과'], `**${say(RESULT[exitCodeOf(findings)], ' · ')}** (failed ${count('failed')}, warning ${count('warning')}, ok ${count('ok')}, skipped ${count('skipped')})`],
    [['When', '일시'], `${about.startedAt.toISOString()}, ${(about.durationMs / 1000).toFixed(1)} s`],
    [['Tank, Node, driver', 'Tank, Node, 드라이버'], `${about.tankVersion}, ${about.nodeVersion}, ${about.driver}`],
    [['Database', '데이터베이스'], `\`${withoutSecrets(about.connect)}\`, ${say(['user', '사용자'], ' · ')} \`${about.user}\`, ${about.timeZone}`],
  ];
  return [
    `# ${say(['Self-check of the Oracle connection', 'Oracle 연결 자가 점검'], ' · ')}`, '',
    ...facts.map(([name, value]) => `- ${say(name, ' · ')}: ${value}`), '',
    ...table(findings, say), '',
    ...remedies(findings, say), say(PROMISE, '\n\n'), '',
  ].join('\n');
}

export function jsonReport(findings: Finding[], about: ReportAbout): string {
  const { startedAt, connect, ...rest } = about;
  const exitCode = exitCodeOf(findings);
  const texts = ([english, korean]: Sentence) => ({ en: english, ko: korean });
  const list = findings.map(({ id, level, what, figure, remedy }) => ({ id, level, what: texts(what), figure: texts(figure), remedy: remedy && texts(remedy) }));
  return `${JSON.stringify({ result: RESULT[exitCode][0], exitCode, startedAt: startedAt.toISOString(), connect: withoutSecrets(connect), ...rest, findings: list }, null, 2)}\n`;
}

/** A line for the terminal while the self-check goes on. */
export function progressLine({ level, what, figure }: Finding, language: ReportLanguage): string {
  const mark = { ok: '✓', warning: '!', failed: '✗', skipped: '–' }[level];
  return `${mark} ${spoken(what, language, ' · ')}: ${spoken(figure, language, ' · ')}`;
}

type Say = (sentence: Sentence, between: string) => string;

function table(findings: Finding[], say: Say): string[] {
  const rows = findings.map(({ level, what, figure }) => `| ${SIGNS[level]} | ${inCell(say(what, ' · '))} | ${inCell(say(figure, '<br>'))} |`);
  return [`| | ${say(['Check', '점검 항목'], ' · ')} | ${say(['Found', '확인 결과'], ' · ')} |`, '|---|---|---|', ...rows];
}

function remedies(findings: Finding[], say: Say): string[] {
  const section = (title: Sentence, levels: Level[]): string[] => {
    const concerned = findings.flatMap(({ level, what, remedy }) => (remedy && levels.includes(level) ? [`- **${say(what, ' · ')}**: ${say(remedy, '<br>')}`] : []));
    return concerned.length === 0 ? [] : [`## ${say(title, ' · ')}`, '', ...concerned, ''];
  };
  return [...section(['What to do', '조치'], ['failed', 'warning']), ...section(['Advice', '참고'], ['ok', 'skipped'])];
}

function spoken([english, korean]: Sentence, language: ReportLanguage, between: string): string {
  if (language === 'en' || english === korean) return english;
  return language === 'ko' ? korean : `${korean}${between}${english}`;
}

function inCell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\r?\n/g, ' ');
}

/** Nothing of the kind belongs into a connect string; should it stand there all the same, it is not told. A quote that is not closed hides the rest. */
export function withoutSecrets(connect: string): string {
  return connect.replace(/^[^(@]*@/, '').replace(/((?:password|passwd|pwd)\s*=\s*)(?:"[^"]*"?|'[^']*'?|[^)&]+)/gi, '$1***');
}
