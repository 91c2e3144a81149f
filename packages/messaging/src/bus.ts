import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';

/** One connection to NATS, and the subjects of this installation on it. */
export interface Bus {
  connection: NatsConnection;
  jetstream: JetStreamClient;
  manager: JetStreamManager;
  streamOf(step: string): string;
  subjectOf(step: string): string;
  subjectOfRequest(name: string): string;
}

/**
 * Connects, waiting for a server that is not there yet, and stays connected for ever.
 * @param url `nats://user:password@host:port`
 */
export async function connectBus(url: string, prefix: string, name: string): Promise<Bus> {
  const { protocol, host, username, password } = new URL(url);
  const connection = await connect({
    servers: host,
    user: username ? decodeURIComponent(username) : undefined,
    pass: password ? decodeURIComponent(password) : undefined,
    tls: protocol === 'tls:' ? {} : undefined,
    name,
    // A request's stack is not worth a quarter of a hop's processor time.
    noAsyncTraces: true,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    pingInterval: 10_000,
  });
  return {
    connection,
    jetstream: jetstream(connection, { timeout: 5000 }),
    manager: await jetstreamManager(connection, { checkAPI: false, timeout: 10_000 }),
    streamOf: (step) => `${prefix}-${step}`,
    subjectOf: (step) => `${prefix}.road.${step}`,
    subjectOfRequest: (request) => `${prefix}.ask.${request}`,
  };
}
