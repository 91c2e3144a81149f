import { Controller, Inject } from '@nestjs/common';
import type { Answer, Asks } from '@tank/contracts';
import { Answers } from '@tank/messaging';
import { TryTemplate } from './try-template.js';

@Controller()
export class TryTemplateHandler {
  constructor(@Inject(TryTemplate) private readonly templates: TryTemplate) {}

  @Answers('renderer.check-template')
  check(asks: Asks<'renderer.check-template'>): Promise<Answer<'renderer.check-template'>> {
    return this.templates.check(asks);
  }

  @Answers('renderer.preview')
  preview(asks: Asks<'renderer.preview'>): Promise<Answer<'renderer.preview'>> {
    return this.templates.preview(asks);
  }
}
