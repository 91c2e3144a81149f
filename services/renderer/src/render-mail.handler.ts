import { Controller, Inject } from '@nestjs/common';
import type { Given, Taken } from '@tank/contracts';
import { Step } from '@tank/messaging';
import { RenderMail } from './render-mail.js';

@Controller()
export class RenderMailHandler {
  constructor(@Inject(RenderMail) private readonly mails: RenderMail) {}

  @Step('render', { concurrency: 32 })
  render(mail: Taken<'render'>): Promise<Given<'render'> | Given<'render'>[]> {
    return this.mails.render(mail);
  }
}
