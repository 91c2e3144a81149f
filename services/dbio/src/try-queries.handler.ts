import { Controller, Inject } from '@nestjs/common';
import type { Answer, Asks } from '@tank/contracts';
import { Answers } from '@tank/messaging';
import { TryQueries } from './try-queries.js';

@Controller()
export class TryQueriesHandler {
  constructor(@Inject(TryQueries) private readonly queries: TryQueries) {}

  @Answers('dbio.check-query')
  check(asks: Asks<'dbio.check-query'>): Promise<Answer<'dbio.check-query'>> {
    return this.queries.check(asks);
  }

  @Answers('dbio.sample')
  sample(asks: Asks<'dbio.sample'>): Promise<Answer<'dbio.sample'>> {
    return this.queries.sample(asks);
  }
}
