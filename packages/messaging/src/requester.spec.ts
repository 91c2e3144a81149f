import { NoRespondersError, RequestError, TimeoutError } from '@nats-io/transport-node';
import { AnswerLost, Refused } from '@tank/contracts';
import type { Bus } from './bus.js';
import { Requester } from './requester.js';

async function refusedAfter(error: Error): Promise<Refused> {
  const bus = { connection: { request: () => Promise.reject(error) }, subjectOfRequest: (name: string) => name } as unknown as Bus;
  const refused = await new Requester(bus).ask('sender.account', {}).catch((thrown: unknown) => thrown);
  expect(refused).toBeInstanceOf(Refused);
  return refused as Refused;
}

describe('a question that is not answered', () => {
  it.each([new TimeoutError(), new RequestError('timeout', { cause: new TimeoutError() }), new Error('connection closed')])('may have been heard: %s', async (error) => {
    const { refusal, cause } = await refusedAfter(error);
    expect(refusal.code).toBe('UNAVAILABLE');
    expect(cause).toBeInstanceOf(AnswerLost);
  });

  it.each([new NoRespondersError('tank.ask.sender.account'), new RequestError('no responders', { cause: new NoRespondersError('x') })])('was heard by nobody: %s', async (error) => {
    const { refusal, cause } = await refusedAfter(error);
    expect(refusal.code).toBe('UNAVAILABLE');
    expect(cause).not.toBeInstanceOf(AnswerLost);
  });
});
