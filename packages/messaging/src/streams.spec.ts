import { JetStreamApiError } from '@nats-io/jetstream';
import { STEP_NAMES } from '@tank/contracts';
import type { Bus } from './bus.js';
import { createStreams } from './streams.js';

const overlap = () => new JetStreamApiError({ code: 400, err_code: 10065, description: 'subjects overlap with an existing stream' });

/** A server on which `add` fails so often, for each stream. */
function busOverlapping(times: number, owners: string[] = []) {
  const asked: string[] = [];
  const add = async ({ name }: { name: string }) => {
    asked.push(name);
    if (asked.filter((one) => one === name).length <= times) throw overlap();
  };
  const names = async function* () {
    yield* owners;
  };
  const manager = { streams: { add, names }, consumers: { add: async () => undefined } };
  return { asked, bus: { streamOf: (step: string) => step, subjectOf: (step: string) => `tank.road.${step}`, manager } as unknown as Bus };
}

describe('creating the streams', () => {
  it('takes a stream that another scheduler made between two looks of the server for what it is', async () => {
    const { bus, asked } = busOverlapping(1);
    await createStreams(bus);
    expect(asked).toEqual(STEP_NAMES.flatMap((step) => [step, step]));
  });

  it('refuses a subject that stays taken, and asks no third time', async () => {
    const { bus, asked } = busOverlapping(Infinity, ['everything']);
    await expect(createStreams(bus)).rejects.toThrow(/"tank\.road\.select" belongs to the stream "everything" already.*NATS_PREFIX/);
    expect(asked).toEqual(['select', 'select']);
  });
});
