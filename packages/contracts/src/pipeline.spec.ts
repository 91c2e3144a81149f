import { readFileSync } from 'node:fs';
import { MESSAGES, type MessageType } from './messages.js';
import { PIPELINE, SERVICES, STEP_NAMES, stepsOf, stepTaking } from './pipeline.js';

const types = Object.keys(MESSAGES) as MessageType[];
const takenBy = (type: MessageType) => STEP_NAMES.filter((step) => (PIPELINE[step].takes as readonly MessageType[]).includes(type));

describe('the road', () => {
  it('has exactly one step for every message', () => {
    for (const type of types) expect({ type, steps: takenBy(type) }).toEqual({ type, steps: [stepTaking(type)] });
  });

  it('gives nothing that no step takes', () => {
    const given = STEP_NAMES.flatMap((step) => PIPELINE[step].gives as readonly MessageType[]);
    expect(given.filter((type) => takenBy(type).length !== 1)).toEqual([]);
  });

  it('lets only the sender settle', () => {
    const settling = STEP_NAMES.filter((step) => (PIPELINE[step].gives as readonly MessageType[]).includes('MailSettled'));
    expect(settling).toEqual(['send']);
  });

  it('belongs to the services, step by step', () => {
    expect(SERVICES.flatMap(stepsOf).sort()).toEqual([...STEP_NAMES].sort());
  });

  it.each(['README.md', 'README.ko.md'])('is the table in %s', (name) => {
    const rows = STEP_NAMES.map((step) => {
      const { service, takes, gives } = PIPELINE[step];
      return `| ${step} | ${service} | ${takes.join(', ')} | ${gives.join(', ') || '–'} |`;
    });
    const readme = readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
    expect(readme).toContain(rows.join('\n'));
  });
});
