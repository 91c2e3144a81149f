import { Refused, type AutomationDefinition, type FileRule, type OperationAnswer, type OperationInput, type Row, type Template } from '@tank/contracts';
import { SOURCE_PATIENCE, type Services } from './handlers.js';
import { localDateTime } from './local-time.js';
import { definitionOnOwnConnection } from './own-connection.js';
import { ApiProblem, fieldProblem, notYet } from './problem.js';
import { queryProblem, sourceProblem } from './query-problem.js';

type Asked = OperationInput<'previewTemplate'>['body'];
type Preview = OperationAnswer<'previewTemplate'>['body'];
type Matched = NonNullable<Preview['files']>;

/** A row to render, with what it is rendered by. */
export interface Sample {
  template: Template;
  number: number;
  values: Row;
  businessDate: string;
}

/** The mail that one row would get now, and its files. Nothing is sent, saved or claimed. */
export class PreviewMail {
  constructor(private readonly services: Services, private readonly now: () => Date = () => new Date()) {}

  async preview(automationId: string, asked: Asked): Promise<Preview> {
    const definition = await definitionOnOwnConnection(this.services, automationId);
    const sample = await this.sample(definition, asked);
    const [mail, files] = await Promise.all([this.render(sample), this.filesOrWhyNot(definition.fileRules, sample)]);
    const { businessDate, number, values } = sample;
    return { ...mail, businessDate, row: { number, values }, ...files };
  }

  /** @throws ApiProblem for what the automation still lacks, and where the row cannot be had */
  async sample({ connectionId, target, mapping, template: saved }: AutomationDefinition, { template: unsaved, row: number, businessDate = localDateTime(this.now(), 'Asia/Seoul') }: Asked): Promise<Sample> {
    const template = unsaved ?? saved;
    if (!connectionId) throw notYet('connectionId', ['The automation has no connection yet.', '자동화에 연결이 지정되지 않았습니다.'], ['Set connectionId first.', 'connectionId를 먼저 지정하세요.']);
    if (!target) throw notYet('target', ['There is no Target Query to take a row from.', '행을 가져올 대상 쿼리가 없습니다.'], ['Save the Target Query first.', '대상 쿼리를 먼저 저장하세요.']);
    if (!template) throw notYet('template', ['There is no template yet.', '템플릿이 아직 없습니다.'], ['Save one, or send it with the request.', '템플릿을 저장하거나 요청에 함께 보내세요.']);
    return { template, number, values: await this.sampleRow(connectionId, target.sql, mapping?.sql ?? null, number), businessDate };
  }

  async render({ template, values, businessDate }: Sample): Promise<{ subject: string; html: string; text: string }> {
    const mail = await this.services.ask('renderer.preview', { template, values, businessDate });
    if (!mail.ok) {
      throw new ApiProblem({ status: 422, code: 'PREVIEW_FAILED', detail: mail.detail, field: 'template', faults: [{ field: 'template', code: mail.errorCode, message: mail.detail }] });
    }
    return { subject: mail.subject, html: mail.html, text: mail.text };
  }

  /** What each rule finds for the row. @throws Refused */
  async filesOf(rules: FileRule[], { values, businessDate }: Sample): Promise<Matched> {
    if (rules.length === 0) return { files: [], checks: [] };
    return this.services.ask('attachment.match-files', { rules, values, businessDate });
  }

  private async sampleRow(connectionId: string, targetSql: string, mappingSql: string | null, number: number): Promise<Row> {
    const sample = await this.services.ask('dbio.sample', { connectionId, targetSql, mappingSql, limit: number }, SOURCE_PATIENCE);
    if (sample.status === 'invalid') throw queryProblem('sql', sample.error);
    if (sample.status === 'unreachable') throw sourceProblem(sample.problem);
    const row = sample.rows[number - 1];
    if (!row) {
      throw fieldProblem('row', [`The Target Query gives ${sample.rows.length} rows: there is no row ${number}.`, `대상 쿼리의 결과는 ${sample.rows.length}행이며 ${number}번째 행이 없습니다.`],
        ['Ask for a smaller row number.', '더 작은 행 번호를 지정하세요.']);
    }
    return row;
  }

  /** The text can be looked at while the files cannot: then the answer says why they are missing. */
  private async filesOrWhyNot(rules: FileRule[], sample: Sample): Promise<Pick<Preview, 'files' | 'filesProblem'>> {
    try {
      return { files: await this.filesOf(rules, sample), filesProblem: null };
    } catch (error) {
      if (!(error instanceof Refused) || error.refusal.code === 'DEFECT') throw error;
      return { files: null, filesProblem: error.refusal.message };
    }
  }
}
