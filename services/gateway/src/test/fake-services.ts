import { Refused, REQUESTS, type Answer, type Asked, type RequestName } from '@tank/contracts';
import type { Services } from '../handlers.js';

export type Fakes = { [N in RequestName]?: (asks: Asked<N>) => Answer<N> | Promise<Answer<N>> };

/** Answers for the other services, as strict as they are: questions and answers go through the contracts and JSON. */
export class FakeServices implements Services {
  readonly asked: { name: RequestName; asks: unknown }[] = [];

  constructor(public fakes: Fakes = {}) {}

  async ask<N extends RequestName>(name: N, asks: Asked<N>): Promise<Answer<N>> {
    const read = REQUESTS[name].asks.parse(JSON.parse(JSON.stringify(asks))) as Asked<N>;
    this.asked.push({ name, asks: read });
    const answer = this.fakes[name] as ((asks: Asked<N>) => Answer<N>) | undefined;
    if (!answer) throw new Refused('UNAVAILABLE', [`The service ${REQUESTS[name].service} does not answer: see that it runs.`, `(한국어) The service ${REQUESTS[name].service} does not answer: see that it runs.`]);
    return REQUESTS[name].answers.parse(JSON.parse(JSON.stringify(await answer(read)))) as Answer<N>;
  }

  /** What was asked under a name, oldest first. */
  asksOf<N extends RequestName>(name: N): Asked<N>[] {
    return this.asked.filter((one) => one.name === name).map((one) => one.asks as Asked<N>);
  }
}
