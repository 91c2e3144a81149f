import { Controller, Inject } from '@nestjs/common';
import type { Answer, Asks } from '@tank/contracts';
import { Answers } from '@tank/messaging';
import { PreviewFiles } from './preview-files.js';

@Controller()
export class PreviewFilesHandler {
  constructor(@Inject(PreviewFiles) private readonly previewFiles: PreviewFiles) {}

  @Answers('attachment.match-files')
  preview(asks: Asks<'attachment.match-files'>): Promise<Answer<'attachment.match-files'>> {
    return this.previewFiles.preview(asks);
  }
}
