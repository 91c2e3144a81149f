import { JetStreamError, type JsMsg } from '@nats-io/jetstream';
import { waitFor } from '../../../embedded/test/parts.js';
import type { Bus } from './bus.js';
import { Pull } from './pull.js';

/** What one request for messages gives: some, then perhaps an error; without one it waits until it is closed. */
interface Given {
  messages: string[];
  error?: Error;
}

/** A consumer of a server that answers each request with the next of these. */
function busWith(given: Given[]): Bus {
  const fetch = async () => {
    const { messages, error } = given.shift() ?? { messages: [] };
    const closed = Promise.withResolvers<void>();
    const answer = async function* () {
      for (const message of messages) yield { string: () => message, working: () => undefined };
      if (error) throw error;
      await closed.promise;
    };
    return Object.assign(answer(), { close: async () => closed.resolve() });
  };
  const consumers = { get: async () => ({ fetch }), info: async () => ({}) };
  return { streamOf: (step: string) => step, jetstream: { consumers }, manager: { consumers } } as unknown as Bus;
}

async function taken(count: number, given: Given[]): Promise<string[]> {
  const seen: string[] = [];
  const pull = new Pull(busWith(given), 'map', 10, (message: JsMsg, done) => {
    seen.push(message.string());
    done();
  });
  pull.start();
  await waitFor(() => seen.length >= count, { what: `${count} messages` });
  await pull.drain();
  return seen;
}

describe('pulling messages', () => {
  it.each([
    ['was silent for so long that heartbeats are missed', new JetStreamError('heartbeats missed')],
    ['took the consumer away', new JetStreamError('consumer deleted')],
  ])('goes on after a server that %s, and loses nothing that came before', async (_, error) => {
    expect(await taken(3, [{ messages: ['1', '2'], error }, { messages: ['3'] }])).toEqual(['1', '2', '3']);
  });
});
