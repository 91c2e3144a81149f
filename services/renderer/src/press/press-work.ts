import type { Template } from '@tank/contracts';
import { compileTemplate, placed, type CompiledTemplate } from '../template/compile-template.js';
import { FillError, isTooDeep, TOO_DEEP } from '../template/fill-error.js';
import type { PressAnswer, PressJob } from './press-jobs.js';

const REMEMBERED = 50;

/** Does a job. The only thing that stays from one to the next is compiled templates, and those hold no mail's data. */
export class PressWork {
  private readonly compiled = new Map<string, CompiledTemplate>();

  do(job: PressJob): PressAnswer {
    try {
      return job.kind === 'check' ? check(job.template) : this.fill(job);
    } catch (error) {
      return answerOf(error);
    }
  }

  private fill({ key, template, row, businessDate }: Extract<PressJob, { kind: 'fill' }>): PressAnswer {
    const compiled = (key === null ? undefined : this.compiled.get(key)) ?? (template && compileTemplate(template));
    if (!compiled) return { kind: 'needs-template' };
    if (key !== null) this.remember(key, compiled);
    const [problem] = compiled.problems;
    if (problem) return { kind: 'failed', code: 'TEMPLATE_FAILED', detail: placed(problem), isTemplateBroken: true };
    return { kind: 'filled', ...compiled.fill(row, businessDate) };
  }

  /** Last used, last forgotten. */
  private remember(key: string, compiled: CompiledTemplate): void {
    this.compiled.delete(key);
    this.compiled.set(key, compiled);
    const [oldest] = this.compiled.keys();
    if (this.compiled.size > REMEMBERED && oldest !== undefined) this.compiled.delete(oldest);
  }
}

function check(template: Template): PressAnswer {
  const { columns, problems } = compileTemplate(template);
  return { kind: 'checked', columns, problems };
}

function answerOf(error: unknown): PressAnswer {
  if (error instanceof FillError) return { kind: 'failed', code: error.code, detail: error.words, isTemplateBroken: false };
  if (isTooDeep(error)) return { kind: 'failed', code: 'TEMPLATE_FAILED', detail: TOO_DEEP, isTemplateBroken: false };
  // The message of an unforeseen error may quote a value: its name and place say enough.
  const { name, stack = '' } = error instanceof Error ? error : new Error();
  return { kind: 'defect', detail: `${name} ${stack.split('\n').filter((line) => line.startsWith('    at ')).slice(0, 5).map((line) => line.trim()).join(' ')}` };
}
