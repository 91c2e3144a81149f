import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import { Catch, Module, type DynamicModule, type INestApplication, type LoggerService, type RpcExceptionFilter, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { stepsOf, type RequestName, type Service } from '@tank/contracts';
import { createLog, metrics, setLogLevel, type Log } from '@tank/telemetry';
import { throwError, type Observable } from 'rxjs';
import { connectBus, type Bus } from './bus.js';
import type { ServiceConfig } from './service.config.js';
import { checkHealth, HEALTH_PROBES, serveHealth, type HealthProbe } from './health.js';
import { Publisher } from './publisher.js';
import { RequestServer } from './request-server.js';
import { Requester } from './requester.js';
import { RoadTransport } from './road-transport.js';
import { keepStreams, waitForStreams } from './streams.js';

export interface ServiceDefinition {
  service: Service;
  config: ServiceConfig;
  module: DynamicModule;
  /** Only the gateway: an HTTP server of its own, beside the requests it asks. */
  http?: { host: string; port: number; configure?(app: INestApplication): void | Promise<void> };
}

export interface RunningService {
  /** Address of /health and /metrics. */
  healthUrl: string;
  /** Takes nothing new, finishes what is in hand, lets go of everything. */
  close(): Promise<void>;
}

type Close = () => Promise<unknown>;

/** A start that failed says so by then, whatever hangs while it lets go. */
const LET_GO_MS = 5_000;

/**
 * Runs one service of the road: connects, waits for the streams, checks that each of its steps and requests has exactly
 * one handler, serves health and metrics, drains on SIGTERM and SIGINT. A start that fails leaves nothing open.
 */
export async function startService(definition: ServiceDefinition): Promise<RunningService> {
  const { service, config } = definition;
  setLogLevel(config.LOG_LEVEL);
  const log = createLog(service);
  metrics.collectProcess();
  const bus = await connectBus(config.NATS_URL, config.NATS_PREFIX, `tank-${service}`);
  /** Closed in the order they were opened: nothing new is taken, then what is in hand is finished. */
  const opened: Close[] = [];
  const closeOpened = async () => {
    for (const close of opened) await close();
  };
  try {
    const healthUrl = await openParts(definition, bus, log, opened);
    const close = once(async () => {
      log.info('service.draining');
      await closeOpened();
      await bus.connection.drain();
      log.info('service.stopped');
    });
    closeWithProcess(close);
    process.send?.({ type: 'ready', url: healthUrl });
    log.info('service.started', { url: healthUrl });
    return { healthUrl, close };
  } catch (error) {
    await Promise.race([Promise.allSettled([closeOpened()]), pause(LET_GO_MS, undefined, { ref: false })]);
    await bus.connection.close();
    throw error;
  }
}

/** @returns the address of /health. Whatever it opened is in `opened`, also when it throws. */
async function openParts(definition: ServiceDefinition, bus: Bus, log: Log, opened: Close[]): Promise<string> {
  const { service, config } = definition;
  if (service === 'scheduler') await keepStreams(bus);
  await waitForStreams(bus, stepsOf(service));
  const app = await startNest(definition, bus, new Publisher(bus), log, opened);
  const check = () => checkHealth(service, [natsProbe(bus), ...app.get<HealthProbe[]>(HEALTH_PROBES, { strict: false })]);
  if (service !== 'gateway') {
    const asked = new RequestServer(bus, healthRequest(service), check);
    opened.push(() => asked.drain());
    asked.start();
  }
  const health = await serveHealth(check, config.HEALTH_HOST, config.HEALTH_PORT);
  opened.push(() => health.close());
  // Whoever asks right after "ready" is answered: the subscriptions have reached the server.
  await bus.connection.flush();
  return health.url;
}

async function startNest({ service, module, http }: ServiceDefinition, bus: Bus, publisher: Publisher, log: Log, opened: Close[]): Promise<Pick<INestApplication, 'get'>> {
  const root = rootModule(module, bus, publisher);
  const logger = nestLogger(log);
  if (http) {
    const app = await NestFactory.create(root, { logger, bodyParser: false });
    opened.push(() => app.close());
    await http.configure?.(app);
    await app.listen(http.port, http.host);
    return app;
  }
  const strategy = new RoadTransport(service, bus, publisher, [healthRequest(service)]);
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(root, { strategy, logger });
  opened.push(() => app.close());
  app.useGlobalFilters(new KeepError());
  await app.listen();
  return app;
}

/** What every service may inject: Publisher and Requester. */
function rootModule(module: DynamicModule, bus: Bus, publisher: Publisher): Type {
  class Messaging {}
  Module({
    providers: [{ provide: Publisher, useValue: publisher }, { provide: Requester, useFactory: () => new Requester(bus) }],
    exports: [Publisher, Requester],
  })(Messaging);
  class Root {}
  Module({ imports: [{ module: Messaging, global: true }, module] })(Root);
  return Root;
}

/** Nest would turn an unknown error into "Internal server error" before the transport could tell a defect from a later. */
@Catch()
class KeepError implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

function closeWithProcess(close: Close): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void close().then(leave, leave));
  // The parent went away without a word (killed): nothing of ours may outlive it.
  process.once('disconnect', () => void close().then(leave, leave));
}

function natsProbe(bus: Bus): HealthProbe {
  return {
    name: 'nats',
    check: async () => {
      await bus.connection.flush();
      return { status: 'ok', detail: null };
    },
  };
}

function nestLogger(log: Log): LoggerService {
  return {
    log: (message: unknown) => log.debug('nest', { message: String(message) }),
    warn: (message: unknown) => log.warn('nest', { message: String(message) }),
    error: (message: unknown) => log.error('nest', message),
    fatal: (message: unknown) => log.error('nest', message),
    debug: () => undefined,
    verbose: () => undefined,
  };
}

function healthRequest(service: Service): RequestName {
  return `${service}.health` as RequestName;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}

/** The event loop may still hold telemetry that is being sent; `beforeExit` sends it. Whatever hangs longer is left. */
function leave(): void {
  if (process.connected) process.disconnect?.();
  setTimeout(() => process.exit(0), 3000).unref();
}
