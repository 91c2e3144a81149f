import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const registry = new Registry();

/** Prometheus metrics of this process, in one registry; asking twice for a name gives the same metric. */
export const metrics = {
  counter: (name: string, help: string, labelNames: string[] = []): Counter =>
    (registry.getSingleMetric(name) as Counter | undefined) ?? new Counter({ name, help, labelNames, registers: [registry] }),
  gauge: (name: string, help: string, labelNames: string[] = []): Gauge =>
    (registry.getSingleMetric(name) as Gauge | undefined) ?? new Gauge({ name, help, labelNames, registers: [registry] }),
  histogram: (name: string, help: string, labelNames: string[] = [], buckets: number[] = [0.005, 0.02, 0.1, 0.5, 2, 10, 60]): Histogram =>
    (registry.getSingleMetric(name) as Histogram | undefined) ?? new Histogram({ name, help, labelNames, buckets, registers: [registry] }),
  /** Processor, memory and event loop of the process; asking twice is asking once. */
  collectProcess: (): void => {
    if (!registry.getSingleMetric('process_cpu_user_seconds_total')) collectDefaultMetrics({ register: registry });
  },
  /** The text a Prometheus scrape gets. */
  expose: (): Promise<string> => registry.metrics(),
};
