import { Controller, Inject } from '@nestjs/common';
import type { Answer, Asks } from '@tank/contracts';
import { Answers } from '@tank/messaging';
import { WriteManifest } from './manifest.js';

@Controller()
export class ManifestHandler {
  constructor(@Inject(WriteManifest) private readonly manifest: WriteManifest) {}

  @Answers('scheduler.open-manifest')
  open({ runId }: Asks<'scheduler.open-manifest'>): Promise<Answer<'scheduler.open-manifest'>> {
    return this.manifest.open(runId);
  }

  @Answers('scheduler.append-manifest')
  append(chunk: Asks<'scheduler.append-manifest'>): Promise<Answer<'scheduler.append-manifest'>> {
    return this.manifest.append(chunk);
  }

  @Answers('scheduler.close-manifest')
  close({ runId, attempt, rowCount }: Asks<'scheduler.close-manifest'>): Promise<Answer<'scheduler.close-manifest'>> {
    return this.manifest.close(runId, attempt, rowCount);
  }

  @Answers('scheduler.explain-wait')
  explainWait(wait: Asks<'scheduler.explain-wait'>): Promise<Answer<'scheduler.explain-wait'>> {
    return this.manifest.explainWait(wait);
  }
}
