import { BUSINESS_DATE, type InBoth, type Row, type Template } from '@tank/contracts';
import { readPugBody } from '../markup/markup-body.js';
import { FillError } from './fill-error.js';
import { readHtmlBody } from './html-body.js';
import { fillPlacedText, readPlacedText } from './placed-text.js';
import { RowValues } from './row-values.js';
import { textFromHtml } from './text-alternative.js';
import type { Problem } from './text-position.js';

export interface TemplateProblem extends Problem {
  field: 'subject' | 'body' | 'text';
}
export interface FilledTemplate {
  subject: string;
  html: string;
  text: string;
}
/** A template read once, for many mails. */
export interface CompiledTemplate {
  /** Columns its three texts name, once each, as the author wrote them. */
  columns: string[];
  problems: TemplateProblem[];
  /** @throws FillError naming all columns that lack a value, or the format that does not take one */
  fill(row: Row, businessDate: string): FilledTemplate;
}

export function compileTemplate(template: Template): CompiledTemplate {
  const subject = readPlacedText(template.subject);
  const text = template.text === undefined ? null : readPlacedText(template.text);
  const body = template.format === 'pug' ? readPugBody(template.body, template.htmlColumns) : readHtmlBody(template.body, template.htmlColumns);
  const problems = [...inField('subject', subject.problems), ...inField('body', body.problems), ...inField('text', text?.problems ?? [])];
  return {
    columns: onceEach([...subject.columns, ...body.columns, ...(text?.columns ?? [])]),
    problems,
    fill: (row, businessDate) => {
      const [problem] = problems;
      if (problem) throw new FillError(placed(problem));
      const values = new RowValues(row, businessDate, template.defaults);
      const filled = { subject: oneLine(fillPlacedText(subject.segments, values, asIs)), html: body.fill(values), text: text ? fillPlacedText(text.segments, values, asIs) : '' };
      assertComplete(values);
      return text ? filled : { ...filled, text: textFromHtml(filled.html) };
    },
  };
}

/** The problem with its place. */
export function placed({ field, line, column = 1, message: [english, korean] }: TemplateProblem): InBoth {
  if (line === undefined) return [`${field}: ${english}`, `${field}: ${korean}`];
  return [`${field}, line ${line}, column ${column}: ${english}`, `${field} ${line}행 ${column}열: ${korean}`];
}

function assertComplete({ missing }: RowValues): void {
  if (missing.size === 0) return;
  const names = onceEach([...missing]).join(', ');
  throw new FillError([`No value for ${names}.`, `값이 없는 컬럼이 있습니다: ${names}.`], 'TEMPLATE_VALUE_MISSING');
}

const asIs = (value: string) => value;

/** A line break in a value must not become a second header. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ').trim();
}

function inField(field: TemplateProblem['field'], problems: Problem[]): TemplateProblem[] {
  return problems.map((problem) => ({ field, ...problem }));
}

/** The first spelling of each name, in the order of the texts. */
function onceEach(columns: string[]): string[] {
  const byName = new Map<string, string>();
  for (const column of columns) {
    const name = column.toLowerCase();
    if (column !== BUSINESS_DATE && !byName.has(name)) byName.set(name, column);
  }
  return [...byName.values()];
}
