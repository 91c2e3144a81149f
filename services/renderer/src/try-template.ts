import { Refused, TryLater, type Answer, type Asks, type Template } from '@tank/contracts';
import type { TemplateFiller } from './render-mail.js';

export interface TemplateChecker {
  /** @throws TryLater */
  check(template: Template): Promise<Answer<'renderer.check-template'>>;
}

/** What an author asks while writing a template: what is wrong with it, and what a mail would look like. */
export class TryTemplate {
  constructor(private readonly checker: TemplateChecker, private readonly filler: TemplateFiller) {}

  check({ template }: Asks<'renderer.check-template'>): Promise<Answer<'renderer.check-template'>> {
    return orUnavailable(this.checker.check(template));
  }

  async preview({ template, values, businessDate }: Asks<'renderer.preview'>): Promise<Answer<'renderer.preview'>> {
    const filled = await orUnavailable(this.filler.fill(null, template, values, businessDate));
    if (filled.kind === 'failed') return { ok: false, errorCode: filled.code, detail: filled.detail[0], ko: filled.detail[1] };
    const { subject, html, text } = filled;
    return { ok: true, subject, html, text };
  }
}

/** Whoever asks cannot be told "later" as a message can. */
async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof TryLater)) throw error;
    throw new Refused('UNAVAILABLE', [`Templates cannot be filled at the moment: ${error.message}`, '지금은 템플릿을 채울 수 없습니다. 잠시 후 다시 시도하세요.'], null, { cause: error });
  }
}
