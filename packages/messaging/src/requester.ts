import { NoRespondersError, RequestError, TimeoutError } from '@nats-io/transport-node';
import { AnswerLost, Refused, REQUESTS, refusalSchema, type Answer, type Asked, type RequestName } from '@tank/contracts';
import type { Bus } from './bus.js';
import { contextHeaders } from './publisher.js';

/** Asks another service over NATS request/reply. */
export class Requester {
  constructor(private readonly bus: Bus) {}

  /**
   * @throws Refused with the service's own words, or with `UNAVAILABLE` when it does not answer in time; its cause is an `AnswerLost`, unless nobody
   * was there to be asked.
   */
  async ask<N extends RequestName>(name: N, asks: Asked<N>, { timeoutMs = 10_000 }: { timeoutMs?: number } = {}): Promise<Answer<N>> {
    const reply = await this.send(name, JSON.stringify(asks), timeoutMs);
    const body = reply.json<{ answer?: unknown; refused?: unknown }>();
    if (body.refused !== undefined) {
      const { code, message, ko, field } = refusalSchema.parse(body.refused);
      throw new Refused(code, [message, ko ?? message], field);
    }
    return REQUESTS[name].answers.parse(body.answer) as Answer<N>;
  }

  private async send(name: RequestName, body: string, timeoutMs: number) {
    try {
      return await this.bus.connection.request(this.bus.subjectOfRequest(name), body, { timeout: timeoutMs, headers: contextHeaders() });
    } catch (error) {
      const isSilent = error instanceof TimeoutError || error instanceof NoRespondersError || error instanceof RequestError;
      const service = REQUESTS[name].service;
      const why = isSilent
        ? ([`The service ${service} does not answer: see that it runs.`, `${service} 서비스가 응답하지 않습니다. 실행 중인지 확인하세요.`] as const)
        : ([`The service ${service} cannot be asked: NATS is away.`, `NATS에 연결할 수 없어 ${service} 서비스에 요청하지 못했습니다.`] as const);
      throw new Refused('UNAVAILABLE', why, null, { cause: isUnheard(error) ? error : new AnswerLost({ cause: error }) });
    }
  }
}

/** The server knows of nobody who answers such questions: this one reached none. */
function isUnheard(error: unknown): boolean {
  return error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());
}
