import { Controller, Inject } from '@nestjs/common';
import type { Given, MailMapped } from '@tank/contracts';
import { Step } from '@tank/messaging';
import { AttachFiles } from './attach-files.js';

@Controller()
export class AttachFilesHandler {
  constructor(@Inject(AttachFiles) private readonly attachFiles: AttachFiles) {}

  /** Mostly waiting for the NAS, so many at once; each reads its file a chunk at a time. */
  @Step('attach', { concurrency: 16 })
  attach(mail: MailMapped): Promise<Given<'attach'>[]> {
    return this.attachFiles.attach(mail);
  }
}
