import { Refused, SERVICES, type Health, type Service } from '@tank/contracts';
import type { Services } from './handlers.js';

type OtherService = Exclude<Service, 'gateway'>;
const OTHERS = SERVICES.filter((service): service is OtherService => service !== 'gateway');
/** Longer than a service waits for its own probes, so that its sentence arrives. */
const PATIENCE_MS = 3000;
const FRESH_MS = 1000;

/** How all services are. However often it is asked, each service is asked once a second at most. */
export class WatchHealth {
  private asked: { atMs: number; answer: Promise<Health[]> } | undefined;

  constructor(
    private readonly services: Services, private readonly ownHealth: () => Promise<Health>, private readonly nowMs: () => number = () => performance.now(),
  ) {}

  all(): Promise<Health[]> {
    if (!this.asked || this.nowMs() - this.asked.atMs >= FRESH_MS) this.asked = { atMs: this.nowMs(), answer: this.askAll() };
    return this.asked.answer;
  }

  private async askAll(): Promise<Health[]> {
    return Promise.all([...OTHERS.map((service) => this.askOne(service)), this.ownHealth()]);
  }

  private async askOne(service: OtherService): Promise<Health> {
    try {
      return await this.services.ask(`${service}.health`, {}, { timeoutMs: PATIENCE_MS });
    } catch (error) {
      // Whatever kept it from answering, the answer is the same; the sentence is one of ours or none.
      const detail = error instanceof Refused ? error.refusal.message : 'It gave an answer that cannot be read.';
      const detailKo = error instanceof Refused ? '서비스가 응답하지 않습니다. 실행 중인지 확인하세요.' : '응답을 읽을 수 없습니다. 서비스의 버전을 확인하세요.';
      return { service, status: 'down', parts: [{ name: 'answer', status: 'down', detail, detailKo }] };
    }
  }
}

/** The worst of them. */
export function statusOfAll(services: Health[]): Health['status'] {
  if (services.some(({ status }) => status === 'down')) return 'down';
  return services.some(({ status }) => status === 'degraded') ? 'degraded' : 'ok';
}
