import { Agent, request } from 'node:http';

/** One call: which kind it is of, and what is sent. */
export interface Shot {
  what: string;
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
}
export interface Fired {
  what: string;
  /** From the moment when it should have left, not from when it did: a server that is slow for a while does not make the load lighter. */
  tookMs: number;
  /** 0: no answer. */
  status: number;
}

/** Calls at a steady rate, whether or not earlier ones have been answered; over at most so many connections. */
export async function fireSteadily(port: number, shots: Shot[], perSecond: number, progress: (text: string) => void): Promise<Fired[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const fired: Promise<Fired>[] = [];
  const startedAt = performance.now();
  while (fired.length < shots.length) {
    const due = Math.min(shots.length, Math.floor(((performance.now() - startedAt) / 1000) * perSecond));
    while (fired.length < due) fired.push(fire(port, agent, shots[fired.length]!, startedAt + (fired.length / perSecond) * 1000));
    progress(`${fired.length} of ${shots.length} calls`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const answers = await Promise.all(fired);
  agent.destroy();
  return answers;
}

function fire(port: number, agent: Agent, { what, method, path, headers, body }: Shot, dueAt: number): Promise<Fired> {
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  return new Promise((resolve) => {
    const done = (status: number) => resolve({ what, tookMs: performance.now() - dueAt, status });
    const asking = request({
      host: '127.0.0.1', port, path, method, agent, headers: { ...headers, ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length }) },
    }, (answer) => answer.resume().once('end', () => done(answer.statusCode ?? 0)));
    asking.once('error', () => done(0)).end(bytes);
  });
}

/** Of values in any order; `share` 0.95 is the 95th percentile. */
export function percentile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
}
