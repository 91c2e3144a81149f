import { Refused, type AutomationDefinition, type FileRule, type OperationAnswer, type OperationInput, type Row, type Template } from '@tank/contracts';
import type { CallOfUser, Services } from '../handlers.js';
import { localDateTime } from '../local-time.js';
import type { OwnFolders } from './own-folders.js';
import { ApiProblem, fieldProblem, notYet } from '../problem.js';
import type { RecipientViews } from '../privacy/recipient-views.js';
import { sampleRows } from './sample-rows.js';

type Asked = OperationInput<'previewTemplate'>['body'];
type Preview = OperationAnswer<'previewTemplate'>['body'];
type Matched = NonNullable<Preview['files']>;

const GIVE_A_VALUE = [
  'Make the query give these columns, or give each a default (template.defaults, or its default format).', '쿼리가 이 컬럼들의 값을 주게 하거나 기본값을 지정하세요(template.defaults 또는 default 형식).',
] as const;
const CORRECT_IT = ['Correct the template, or the values that the query gives.', '템플릿이나 쿼리가 주는 값을 고치세요.'] as const;

/** A row to render, with what it is rendered by. */
export interface Sample {
  template: Template;
  number: number;
  values: Row;
  businessDate: string;
}

/** The mail that one row would get now, and its files. Nothing is sent, saved or claimed. */
export class PreviewMail {
  constructor(private readonly services: Services, private readonly views: RecipientViews, private readonly folders: OwnFolders, private readonly now: () => Date = () => new Date()) {}

  async preview(automationId: string, asked: Asked, call: CallOfUser): Promise<Preview> {
    const definition = await this.folders.draftOf(automationId);
    const sample = await this.sample(definition, asked, call);
    const [mail, files] = await Promise.all([this.render(sample), this.filesOrWhyNot(definition.fileRules, sample, call.say)]);
    const { businessDate, number, values } = sample;
    return { ...mail, businessDate, row: { number, values }, ...files };
  }

  /** Whose row it is stands in the trail by then. @throws ApiProblem for what the automation still lacks, and where the row cannot be had */
  async sample(definition: AutomationDefinition, { template: unsaved, row: number, businessDate = localDateTime(this.now(), 'Asia/Seoul') }: Asked, call: CallOfUser): Promise<Sample> {
    const template = unsaved ?? definition.template;
    if (!template) throw notYet('template', ['There is no template yet.', '템플릿이 아직 없습니다.'], ['Save one, or send it with the request.', '템플릿을 저장하거나 요청에 함께 보내세요.']);
    const values = await this.sampleRow(definition, number);
    await this.views.recordRows([values], definition, call);
    return { template, number, values, businessDate };
  }

  async render({ template, values, businessDate }: Sample): Promise<{ subject: string; html: string; text: string }> {
    const mail = await this.services.ask('renderer.preview', { template, values, businessDate });
    if (!mail.ok) {
      const detail = [mail.detail, mail.ko] as const;
      const remedy = mail.errorCode === 'TEMPLATE_VALUE_MISSING' ? GIVE_A_VALUE : CORRECT_IT;
      const field = 'template';
      throw new ApiProblem({ status: 422, code: 'PREVIEW_FAILED', detail, field, remedy, faults: [{ field, code: mail.errorCode, message: detail, remedy }] });
    }
    return { subject: mail.subject, html: mail.html, text: mail.text };
  }

  /** What each rule finds for the row. @throws Refused */
  async filesOf(rules: FileRule[], { values, businessDate }: Sample): Promise<Matched> {
    if (rules.length === 0) return { files: [], checks: [] };
    return this.services.ask('attachment.match-files', { rules, values, businessDate });
  }

  private async sampleRow(definition: AutomationDefinition, number: number): Promise<Row> {
    const { rows } = await sampleRows(this.services, definition, number);
    const row = rows[number - 1];
    if (!row) {
      throw fieldProblem('row', [`The Target Query gives ${rows.length} rows: there is no row ${number}.`, `대상 쿼리의 결과는 ${rows.length}행이며 ${number}번째 행이 없습니다.`],
        ['Ask for a smaller row number.', '더 작은 행 번호를 지정하세요.']);
    }
    return row;
  }

  /** The text can be looked at while the files cannot: then the answer says why they are missing. */
  private async filesOrWhyNot(rules: FileRule[], sample: Sample, say: CallOfUser['say']): Promise<Pick<Preview, 'files' | 'filesProblem'>> {
    try {
      return { files: await this.filesOf(rules, sample), filesProblem: null };
    } catch (error) {
      if (!(error instanceof Refused) || error.refusal.code === 'DEFECT') throw error;
      const { message, ko } = error.refusal;
      return { files: null, filesProblem: say([message, ko ?? message]) };
    }
  }
}
