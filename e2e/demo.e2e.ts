import { itRunsTheDemo } from './demo-run.ts';

describe('the demo, with three senders and two renderers', () => itRunsTheDemo({ source: 'postgres', replicas: { sender: 3, renderer: 2 } }));
