import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health, Service } from '@tank/contracts';
import { metrics } from '@tank/telemetry';

/** Something a service needs, and whether it has it. Cheap: asked every few seconds. */
export interface HealthProbe {
  name: string;
  check(): Promise<ProbeAnswer>;
}
export interface ProbeAnswer {
  status: Health['status'];
  /** A sentence where it is not ok. */
  detail: string | null;
  /** The same for Korean readers. */
  detailKo?: string;
}
/** The provider of a service's probes. */
export const HEALTH_PROBES = Symbol('HEALTH_PROBES');

const RANK = { ok: 0, degraded: 1, down: 2 } as const;
const PROBE_TIMEOUT_MS = 2000;

/** Asks every probe; one that hangs or throws is down, with the reason. */
export async function checkHealth(service: Service, probes: HealthProbe[]): Promise<Health> {
  const parts = await Promise.all(probes.map(async (probe) => ({ name: probe.name, ...(await checkProbe(probe)) })));
  const status = parts.reduce<Health['status']>((worst, part) => (RANK[part.status] > RANK[worst] ? part.status : worst), 'ok');
  return { service, status, parts };
}

/** GET /health (503 when down) and GET /metrics for this process. */
export function serveHealth(check: () => Promise<Health>, host: string, port: number): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const answer = request.url === '/metrics' ? metrics.expose().then((text) => ({ status: 200, type: 'text/plain; version=0.0.4', text })) : healthAnswer(check, request.url);
    answer.then(
      ({ status, type, text }) => response.writeHead(status, { 'content-type': type }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve({ url: `http://${host}:${(server.address() as AddressInfo).port}`, close: () => closeServer(server) }));
  });
}

async function healthAnswer(check: () => Promise<Health>, url: string | undefined): Promise<{ status: number; type: string; text: string }> {
  if (url !== '/health') return { status: 404, type: 'text/plain', text: 'Here are /health and /metrics.' };
  const health = await check();
  return { status: health.status === 'down' ? 503 : 200, type: 'application/json', text: JSON.stringify(health) };
}

async function checkProbe(probe: HealthProbe): Promise<ProbeAnswer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new ProbeLate()), PROBE_TIMEOUT_MS)));
  try {
    return await Promise.race([probe.check(), late]);
  } catch (error) {
    const detail = (error as Error).message;
    return { status: 'down', detail, detailKo: error instanceof ProbeLate ? `${PROBE_TIMEOUT_MS} ms 안에 응답이 없습니다.` : `사용할 수 없습니다: ${detail}` };
  } finally {
    clearTimeout(timer);
  }
}

class ProbeLate extends Error {
  constructor() {
    super(`no answer within ${PROBE_TIMEOUT_MS} ms`);
  }
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
