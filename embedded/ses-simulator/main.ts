// node embedded/ses-simulator/main.ts [--port 8026] [--rate 14] [--burst 14] [--quota 50000] [--latency 40]
import { parseArgs } from 'node:util';
import { startSesSimulator } from './ses-simulator.ts';

const { values } = parseArgs({
  options: { port: { type: 'string' }, host: { type: 'string' }, rate: { type: 'string' }, burst: { type: 'string' }, quota: { type: 'string' }, latency: { type: 'string' } },
});
const number = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

const simulator = await startSesSimulator({
  port: number(values.port), host: values.host, maxSendRate: number(values.rate), burst: number(values.burst),
  max24HourSend: number(values.quota), latencyMs: number(values.latency),
});
console.log(`SES simulator running at ${simulator.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
