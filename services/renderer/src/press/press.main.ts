import type { Template } from '@tank/contracts';
import { PRESS_READY, type PressJob } from './press-jobs.js';
import { PressWork } from './press-work.js';

/*
 * The process in which templates are read and filled; adapters/press.ts starts it. It holds no secret, may open nothing
 * (Node's permission model: no file, network, process, thread or add-on; reading its own code ends here) and cannot turn
 * text into code. It works through one job at a time and is killed when one takes too long.
 */
const warmUp: Template = { format: 'pug', subject: '{{ a }}', body: 'p #{number(a)}', text: undefined, defaults: {}, htmlColumns: [] };
const work = new PressWork();
work.do({ kind: 'fill', key: null, template: warmUp, row: { a: 1 }, businessDate: '2026-01-01T00:00:00' });
work.do({ kind: 'fill', key: null, template: { ...warmUp, format: 'html', body: '<p>{{ a }}</p>' }, row: { a: 1 }, businessDate: '2026-01-01T00:00:00' });

const permission = process.permission as { has(scope: string): boolean; drop(scope: string): void } | undefined;
if (!permission) throw new Error('The press runs only under --permission: start it through adapters/press.ts.');
permission.drop('fs.read');
const held = ['fs', 'fs.read', 'fs.write', 'net', 'child', 'worker', 'addon', 'wasi', 'inspector'].filter((scope) => permission.has(scope));
if (held.length > 0) throw new Error(`The press may not run with these permissions: ${held.join(', ')}.`);

process.on('message', (job: PressJob) => void process.send?.(work.do(job)));
process.on('disconnect', () => process.exit(0));
process.send?.(PRESS_READY);
