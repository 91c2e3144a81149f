/*
 * The thread of a self-check. The driver lives here, so that whoever keeps the deadlines can end it, whatever it waits for.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { SelfCheck } from './self-check.js';
import type { SelfcheckPlan } from './selfcheck-plan.js';
import type { SelfcheckMessage } from './run-selfcheck.js';

const post = (message: SelfcheckMessage) => parentPort!.postMessage(message);
const check = new SelfCheck(workerData as SelfcheckPlan);

post({ steps: check.steps().map(({ id, what, limitMs }) => ({ id, what, limitMs })) });
await check.run({ begun: ({ id }) => post({ begun: id }), found: (finding) => post({ finding }) });
post({ end: true });
