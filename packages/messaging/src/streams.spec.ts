import { JetStreamApiError } from '@nats-io/jetstream';
import { STEP_NAMES } from '@tank/contracts';
import type { Bus } from './bus.js';
import { createStreams } from './streams.js';

const refusal = (err_code: number, description: string) => new JetStreamApiError({ code: 400, err_code, description });
const OVERLAP = refusal(10065, 'subjects overlap with an existing stream');
const HALF_MADE = refusal(10012, 'invalid stream');

/** A server that refuses each stream and each consumer so often before it takes them. */
function busRefusing({ streams = [], consumers = [] }: { streams?: Error[]; consumers?: Error[] }, owners: string[] = []) {
  const made: string[] = [];
  const maker = (kind: string, refusals: Error[]) => {
    const left = new Map<string, Error[]>();
    return async (name: string) => {
      const error = (left.get(name) ?? left.set(name, [...refusals]).get(name))!.shift();
      if (error) throw error;
      made.push(`${kind} ${name}`);
    };
  };
  const addStream = maker('stream', streams);
  const names = async function* () {
    yield* owners;
  };
  const manager = { streams: { add: ({ name }: { name: string }) => addStream(name), names }, consumers: { add: maker('consumer', consumers) } };
  return { made, bus: { streamOf: (step: string) => step, subjectOf: (step: string) => `tank.road.${step}`, manager } as unknown as Bus };
}

describe('creating the streams beside another scheduler', () => {
  const each = STEP_NAMES.map((step) => `consumer ${step}`);

  it.each([
    ['overlaps with itself', { streams: [OVERLAP] }],
    ['could not be created by the other one', { streams: [refusal(10049, 'error creating store for stream')] }],
    ['takes no consumer yet', { consumers: [HALF_MADE, HALF_MADE] }],
    ['does one after the other', { streams: [OVERLAP], consumers: [HALF_MADE] }],
  ])('looks again at a stream that %s while it is being made', async (_, refusals) => {
    const { bus, made } = busRefusing(refusals);
    await createStreams(bus);
    expect(made.filter((one) => one.startsWith('consumer'))).toEqual(each);
  });

  it('refuses a subject that stays taken, naming whose it is, and makes nothing more', async () => {
    const { bus, made } = busRefusing({ streams: Array(1000).fill(OVERLAP) }, ['everything']);
    await expect(createStreams(bus)).rejects.toThrow(/"tank\.road\.select" belongs to the stream "everything" already.*NATS_PREFIX/);
    expect(made).toEqual([]);
  });

  it('gives up at once for any other reason', async () => {
    const { bus } = busRefusing({ streams: [refusal(10047, 'insufficient storage resources available')] });
    await expect(createStreams(bus)).rejects.toThrow('insufficient storage');
  });
});
