import { Refused, type Answer, type Template } from '@tank/contracts';
import type { TemplateFiller } from '../render-mail.js';
import type { TemplateChecker } from '../try-template.js';
import type { PressAnswer, PressJob } from '../press/press-jobs.js';
import type { TemplateProblem } from '../template/compile-template.js';
import type { Press } from './press.js';

/** Templates through the press: a template it remembers by its key does not travel again. */
export class PressFiller implements TemplateFiller, TemplateChecker {
  constructor(private readonly press: Pick<Press, 'do'>) {}

  async fill(...[key, template, row, businessDate]: Parameters<TemplateFiller['fill']>): ReturnType<TemplateFiller['fill']> {
    const job: PressJob = { kind: 'fill', key, template: key === null ? template : null, row, businessDate };
    const remembered = await this.press.do(job);
    const answer = remembered.kind === 'needs-template' ? await this.press.do({ ...job, template }) : remembered;
    if (answer.kind === 'filled' || answer.kind === 'failed') return answer;
    throw unexpected(answer);
  }

  async check(template: Template): Promise<Answer<'renderer.check-template'>> {
    const answer = await this.press.do({ kind: 'check', template });
    if (answer.kind === 'failed') return { columns: [], problems: [toldOf({ field: 'body', message: answer.detail })] };
    if (answer.kind !== 'checked') throw unexpected(answer);
    return { columns: answer.columns, problems: answer.problems.map(toldOf) };
  }
}

function toldOf({ field, message: [message, ko], line, column }: TemplateProblem): Answer<'renderer.check-template'>['problems'][number] {
  return { field, message, ko, line: line ?? null, column: column ?? null };
}

function unexpected(answer: PressAnswer): Error {
  return answer.kind === 'defect' ? new Error(`The press met a defect: ${answer.detail}`) : new Refused('DEFECT', [`The press answered ${answer.kind}.`, '템플릿 처리 중 내부 오류가 발생했습니다.']);
}
