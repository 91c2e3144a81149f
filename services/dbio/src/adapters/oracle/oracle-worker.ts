/*
 * A thread that talks to one Oracle database. The driver lives here and nowhere else: a call that hangs cannot be ended in
 * the driver (its time-out only sends a BREAK), but a thread can. Who asks keeps the deadlines.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { answerAsks } from './answer-asks.js';
import type { OracleAccess } from './oracle-access.js';

answerAsks(parentPort!, workerData as OracleAccess);
