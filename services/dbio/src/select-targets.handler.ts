import { Controller, Inject } from '@nestjs/common';
import type { Given, Taken } from '@tank/contracts';
import { Step } from '@tank/messaging';
import { SelectTargets } from './select-targets.js';

@Controller()
export class SelectTargetsHandler {
  constructor(@Inject(SelectTargets) private readonly targets: SelectTargets) {}

  @Step('select', { concurrency: 4 })
  async select(run: Taken<'select'>): Promise<Given<'select'>[] | void> {
    return this.targets.selectTargets(run);
  }
}
