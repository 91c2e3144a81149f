import type { ServerResponse } from 'node:http';
import { isFault } from './faults.ts';
import type { SesSimulator } from './ses-simulator.ts';

/**
 * For a simulator in a process of its own:
 * - `POST /control/faults` takes one fault or a list of them (faults.ts);
 * - `POST /control/limits` changes `maxSendRate burst max24HourSend sendingEnabled latencyMs`;
 * - `POST /control/reset` forgets mails, counts and faults;
 * - `GET /control/report` gives counts, duplicates by mail id and the histogram by second;
 * - `GET /control/mails` lists the accepted mails, without their bodies.
 */
export function answerControl(simulator: SesSimulator, method: string, path: string, body: Buffer, response: ServerResponse): void {
  const asked = body.length > 0 ? (JSON.parse(body.toString('utf8')) as unknown) : {};
  switch (`${method} ${path}`) {
    case 'POST /control/faults': return injectFaults(simulator, asked, response);
    case 'POST /control/limits': return changeLimits(simulator, asked as Record<string, never>, response);
    case 'POST /control/reset':
      simulator.reset();
      return answer(response, 200, { ok: true });
    case 'GET /control/report': return answer(response, 200, report(simulator));
    case 'GET /control/mails': return answer(response, 200, simulator.mails.all().map(({ raw: _raw, ...mail }) => mail));
    default: return answer(response, 404, { message: `Nothing at ${method} ${path}.` });
  }
}

function injectFaults(simulator: SesSimulator, asked: unknown, response: ServerResponse): void {
  const faults = Array.isArray(asked) ? (asked as unknown[]) : [asked];
  if (!faults.every(isFault)) return answer(response, 400, { message: 'A fault needs a kind that faults.ts knows.' });
  simulator.inject(...faults);
  answer(response, 200, { ok: true });
}

function changeLimits(simulator: SesSimulator, { latencyMs, ...limits }: Record<string, never>, response: ServerResponse): void {
  if (latencyMs !== undefined) simulator.latencyMs = latencyMs;
  simulator.setLimits(limits);
  answer(response, 200, { ...simulator.limits, latencyMs: simulator.latencyMs });
}

function report({ calls, throttled, mails }: SesSimulator): object {
  return { calls, throttled, accepted: mails.all().length, duplicates: mails.duplicates(), peakPerSecond: mails.peak(), histogram: mails.histogram() };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
