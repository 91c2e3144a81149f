import { TimeoutError } from '@nats-io/transport-node';
import { STEP_NAMES } from '@tank/contracts';
import { uniquePrefix, urls, waitFor } from '../../../embedded/test/parts.js';
import { connectBus, type Bus } from './bus.js';
import { createStreams, keepStreams } from './streams.js';

const open: Bus[] = [];
const foreign: string[] = [];

async function connected(prefix: string): Promise<Bus> {
  const bus = await connectBus(urls().nats, prefix, 'test');
  open.push(bus);
  return bus;
}
async function streamsOf({ manager, streamOf }: Bus): Promise<string[]> {
  const names: string[] = [];
  for await (const name of manager.streams.names()) if (name.startsWith(streamOf(''))) names.push(name);
  return names;
}
const limitOf = async (bus: Bus, step: string) => (await bus.manager.streams.info(bus.streamOf(step))).config.max_msgs;

let bus: Bus;
beforeEach(async () => {
  bus = await connected(uniquePrefix());
});
afterEach(async () => {
  for (const one of open) for (const name of await streamsOf(one)) await bus.manager.streams.delete(name);
  for (const name of foreign.splice(0)) await bus.manager.streams.delete(name);
  await Promise.all(open.splice(0).map(({ connection }) => connection.close()));
});

it('makes one stream and one consumer of each step when many schedulers start at once', async () => {
  for (let round = 0; round < 10; round += 1) {
    const prefix = uniquePrefix();
    const schedulers = await Promise.all(Array.from({ length: 4 }, () => connected(prefix)));
    await Promise.all(schedulers.map((one) => createStreams(one)));
    expect(await streamsOf(schedulers[0]!)).toHaveLength(STEP_NAMES.length);
    for (const step of STEP_NAMES) expect(await bus.manager.consumers.info(`${prefix}-${step}`, step)).toMatchObject({ name: step });
  }
});

it('brings streams of another version of Tank up to date, and keeps what they hold', async () => {
  await createStreams(bus);
  const { config } = await bus.manager.streams.info(bus.streamOf('map'));
  await bus.manager.streams.update(config.name, { ...config, max_msgs: 5 });
  await bus.jetstream.publish(bus.subjectOf('map'), 'kept');
  await createStreams(bus);
  expect(await limitOf(bus, 'map')).toBe(20_000);
  expect((await bus.manager.streams.info(config.name)).state.messages).toBe(1);
});

it('refuses to start beside a stream of somebody else that takes its subjects, and says whose and what to do', async () => {
  foreign.push(uniquePrefix());
  await bus.manager.streams.add({ name: foreign[0]!, subjects: [bus.subjectOf('>')] });
  await expect(createStreams(bus)).rejects.toThrow(`its subject "${bus.subjectOf('select')}" belongs to the stream "${foreign[0]}" already`);
  await expect(createStreams(bus)).rejects.toThrow(/Take the subject out of that stream.*NATS_PREFIX/);
});

it('makes them again on a NATS that comes back empty, also when it needs more than one try', async () => {
  let failures = 0;
  // Looks from a connection of its own: a request that is on its way during a reconnect is lost.
  const other = await connected(uniquePrefix());
  const all = () => streamsOf({ ...bus, manager: other.manager });
  const add: Bus['manager']['streams']['add'] = (config) => (failures > 0 && failures-- ? Promise.reject(new TimeoutError()) : streams.add(config));
  const { streams, consumers } = bus.manager;
  const manager = { consumers, streams: { add } } as Bus['manager'];
  await keepStreams({ ...bus, manager });
  for (const name of await streamsOf(bus)) await streams.delete(name);
  failures = 2;
  await bus.connection.reconnect();
  await waitFor(async () => (await all()).length === STEP_NAMES.length, { what: 'all streams' });
  expect(failures).toBe(0);
});
